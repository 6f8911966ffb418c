import Bytes

/// Makes lines of the pieces of an upload.
///
/// A line within one piece is read where it lies; only a line that a piece cuts is copied.
struct LineFeed: Sendable {
  /// Where a line's bytes are, without its line feed: in the piece, or collected here.
  enum Line {
    case inPiece(Range<Int>)
    case carried([UInt8])
  }

  private let bytesMax: Int
  private var carry: [UInt8] = []
  /// The line that was given last, from 1.
  private(set) var number = 0
  /// An overlong line is dropped up to its end.
  private var isSkipping = false

  init(limits: TelemetryLimits) { bytesMax = limits.lineBytesMax }

  /// Whether the next byte begins a line.
  var isAtLine: Bool { carry.isEmpty && !isSkipping }

  /// Counts a line that was read without `next`, where `isAtLine`.
  @inline(__always)
  mutating func pass() { number &+= 1 }

  /// Goes on where a feed ended that began with this one's next line; the number of lines before.
  mutating func join(_ next: LineFeed) -> Int {
    let linesBefore = number
    self = next
    number += linesBefore
    return linesBefore
  }

  /// The next line from `position` on, or nil where the piece ends first. Rejects overlong lines.
  mutating func next(
    in bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Line? {
    while position < bytes.count {
      let start = position
      let lineFeed = bytes.firstLineFeed(from: start)
      let end = lineFeed ?? bytes.count
      position = lineFeed == nil ? end : end + 1
      if isSkipping || end - start > bytesMax - carry.count {
        let isNew = !isSkipping
        isSkipping = lineFeed == nil
        carry = []
        if isNew {
          number += 1
          try upload.reject(line: number, "a line longer than \(bytesMax) bytes")
        }
        continue
      }
      guard lineFeed != nil else {
        carry.append(copying: bytes.extracting(start..<end))
        return nil
      }
      number += 1
      if carry.isEmpty { return .inPiece(start..<end) }
      var whole: [UInt8] = []
      swap(&whole, &carry)
      whole.append(copying: bytes.extracting(start..<end))
      return .carried(whole)
    }
    return nil
  }

  /// The last line, where it has no line feed.
  mutating func last() -> [UInt8]? {
    guard !carry.isEmpty, !isSkipping else { return nil }
    number += 1
    defer { carry = [] }
    return carry
  }
}

extension Span<UInt8> {
  /// The first line feed from `start` on, looked for in eight bytes at a time.
  func firstLineFeed(from start: Int) -> Int? {
    var index = start
    let raw = self.bytes
    while count - index >= 8 {
      let word = UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      let zeros = word ^ 0x0A0A_0A0A_0A0A_0A0A
      // The lowest of these bits is at the first zero byte; those above it may be wrong.
      let hits = (zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080
      if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < count {
      if self[index] == ASCII.lineFeed { return index }
      index &+= 1
    }
    return nil
  }
}
