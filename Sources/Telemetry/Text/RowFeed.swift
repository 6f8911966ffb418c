import Bytes

/// Makes rows of the pieces of an upload.
///
/// A row within one piece is read where it lies; only a row that a piece cuts is copied. Its bytes
/// are looked at once, so an upload in pieces of one byte costs no more than in one.
struct RowFeed: Sendable {
  /// Where a row's bytes are, without its line feed: in the piece, or collected here.
  enum Row {
    case inPiece(Range<Int>)
    case carried([UInt8])
  }

  var scanner: RowScanner
  private let lineBytesMax: Int
  private var carry: [UInt8] = []
  /// The line of the row that is being read, from 1.
  private(set) var line = 1
  private var nextLine = 1
  /// An overlong line is dropped up to its end.
  private var isSkipping = false

  init(scanner: RowScanner, limits: TelemetryLimits) {
    self.scanner = scanner
    lineBytesMax = limits.lineBytesMax
  }

  /// Whether the next byte begins a row.
  var isAtRow: Bool { scanner.scanned == 0 && !isSkipping }

  /// Goes on where a feed ended that began with this one's next row; the number of lines before.
  mutating func join(_ next: RowFeed) -> Int {
    let linesBefore = nextLine - 1
    self = next
    line += linesBefore
    nextLine += linesBefore
    return linesBefore
  }

  /// Counts a row of one line that was read without `next`, where `isAtRow`.
  @inline(__always)
  mutating func pass() { nextLine &+= 1 }

  /// The next row from `position` on, or nil where the piece ends first.
  ///
  /// Overlong lines are rejected; overlong quoted cells refuse the upload, since nobody knows
  /// where its rows are from there on.
  mutating func next(
    in bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Row? {
    while position < bytes.count {
      if isSkipping {
        guard skipLine(bytes, from: &position) else { return nil }
        continue
      }
      let start = position
      let room = lineBytesMax + 1 - scanner.scanned
      if scanner.scanned == 0 {
        scanner.startRow()
        line = nextLine
      }
      let end = min(bytes.count - start, room) + start
      switch scanner.scan(bytes, from: start, to: end) {
      case .row(let next):
        position = next
        nextLine = line + scanner.lineBreaks + 1
        return take(bytes, start..<next - 1)
      case .nul(let index):
        throw TelemetryError(
          .malformed, "a NUL byte", hint: "UTF-16 needs a byte order mark.",
          line: line + scanner.lineBreaks,
          column: scanner.lineBreaks == 0 ? carry.count + index - start + 1 : nil)
      case .needsMore:
        position = end
        if end - start < room {
          carry.append(copying: bytes.extracting(start..<end))
        } else {
          try overflow(into: &upload)
        }
      }
    }
    return nil
  }

  /// The last row, where it has no line feed.
  mutating func last() throws(TelemetryError) -> Row? {
    guard scanner.scanned > 0, !isSkipping else { return nil }
    guard scanner.endOfInput() else { throw unclosedQuote }
    let none: [UInt8] = []
    return take(none.span, 0..<0)
  }

  private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Row {
    // A row that starts in this piece has nothing carried.
    let row: Row
    if carry.isEmpty {
      row = .inPiece(range)
    } else {
      var whole: [UInt8] = []
      swap(&whole, &carry)
      whole.append(copying: bytes.extracting(range))
      row = .carried(whole)
    }
    scanner.endRow()
    return row
  }

  private mutating func overflow(into upload: inout UploadBuilder) throws(TelemetryError) {
    if scanner.openQuote != nil { throw unclosedQuote }
    if scanner.separator == nil {
      throw TelemetryError(
        .malformed, "the header line is longer than \(lineBytesMax) bytes", line: line)
    }
    try upload.reject(line: line, "a line longer than \(lineBytesMax) bytes")
    nextLine = line + scanner.lineBreaks
    carry = []
    isSkipping = true
    scanner.endRow()
  }

  private mutating func skipLine(_ bytes: Span<UInt8>, from position: inout Int) -> Bool {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == ASCII.lineFeed {
        isSkipping = false
        nextLine += 1
        return true
      }
    }
    return false
  }

  private var unclosedQuote: TelemetryError {
    TelemetryError(
      .malformed, "a quoted cell that is opened in this line and never closed",
      hint: "Close the quote, or double it where it belongs to the text.", line: line,
      column: (scanner.openQuote ?? 0) + 1)
  }
}
