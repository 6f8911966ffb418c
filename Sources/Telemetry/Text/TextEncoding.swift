import Bytes

/// How the bytes of an upload spell text, as its byte order mark says or, where UTF-16 has none, the
/// zeros in every other byte.
enum TextEncoding: Sendable {
  case utf8
  case utf16LittleEndian
  case utf16BigEndian

  /// The encoding and the length of its mark.
  static func detect(_ head: [UInt8]) -> (TextEncoding, mark: Int) {
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if head.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if head.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    if isUTF16(head, zerosAt: 1) { return (.utf16LittleEndian, 0) }
    if isUTF16(head, zerosAt: 0) { return (.utf16BigEndian, 0) }
    return (.utf8, 0)
  }

  /// A log is mostly ASCII, whatever its language: of most pairs one byte is zero and the other isn't.
  private static func isUTF16(_ head: [UInt8], zerosAt odd: Int) -> Bool {
    let pairs = min(head.count, 256) / 2
    guard pairs >= 2 else { return false }
    let hits = (0..<pairs).count { head[2 * $0 + odd] == 0 && head[2 * $0 + 1 - odd] != 0 }
    return hits * 4 >= pairs * 3
  }
}

/// UTF-16 to UTF-8, piece by piece.
///
/// A surrogate without its partner becomes the three bytes that UTF-8 forbids for it, so that the
/// check of the name or string that holds it refuses it, and nothing else suffers.
struct UTF16Transcoder: Sendable {
  var isBigEndian = false
  private var half: UInt8?
  private var high: UInt32?

  init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  mutating func transcode(_ bytes: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for index in bytes.indices {
      let byte = bytes[index]
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      let unit = isBigEndian ? (first, byte) : (byte, first)
      take(UInt32(unit.0) << 8 | UInt32(unit.1), into: &text)
    }
    return text
  }

  /// What a cut file leaves: U+FFFD for half a unit.
  mutating func finish() -> [UInt8] {
    var text: [UInt8] = []
    if half != nil { take(0xFFFD, into: &text) }
    if let high { UTF8Form.append(high, to: &text) }
    (half, high) = (nil, nil)
    return text
  }

  private mutating func take(_ unit: UInt32, into text: inout [UInt8]) {
    if let first = high {
      high = nil
      if (0xDC00...0xDFFF).contains(unit) {
        UTF8Form.append(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00), to: &text)
        return
      }
      UTF8Form.append(first, to: &text)
    }
    if (0xD800...0xDBFF).contains(unit) {
      high = unit
    } else {
      UTF8Form.append(unit, to: &text)
    }
  }
}
