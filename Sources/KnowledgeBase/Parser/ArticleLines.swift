/// An article's bytes as UTF-8 lines without line ends and without trailing blanks.
///
/// All lines stand in one buffer, each followed by one line feed, so that a range of lines is a
/// text without further copying.
struct ArticleLines {
  private(set) var bytes: [UInt8] = []
  /// Where each line starts and ends in `bytes`; the end is before its line feed.
  private(set) var ranges: [Range<Int>] = []
  private(set) var hasNUL = false
  /// Whether there are control bytes besides NUL, tabs, form feeds and line ends. They are kept.
  private(set) var hasControls = false

  var count: Int { ranges.count }

  /// Takes CRLF, LF and CR as line ends, and NUL and form feed as blanks.
  init(_ input: Span<UInt8>) {
    bytes.reserveCapacity(input.count + 16)
    ranges.reserveCapacity(input.count / 32 + 8)
    var start = 0
    var codePage: CodePage?
    var index = 0
    if input.count >= 3, input[0] == 0xEF, input[1] == 0xBB, input[2] == 0xBF { index = 3 }
    while index < input.count {
      let run = index
      while index < input.count, (0x20...0x7E).contains(input[index]) { index += 1 }
      if index > run {
        input.extracting(run..<index).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
      }
      guard index < input.count else { break }
      let byte = input[index]
      index += 1
      switch byte {
      case 0x0D, 0x0A:
        if byte == 0x0D, index < input.count, input[index] == 0x0A { index += 1 }
        endLine(from: &start)
      case 0x0C: bytes.append(0x20)
      case 0x00:
        hasNUL = true
        bytes.append(0x20)
      case 0x80...0xFF:
        let page = codePage ?? CodePage(of: input)
        codePage = page
        if page == .utf8 {
          bytes.append(byte)
        } else {
          bytes.append(
            contentsOf: UTF8.encode(page.scalar(byte)) ?? UTF8.encodedReplacementCharacter)
        }
      default:
        hasControls = hasControls || byte != 0x09
        bytes.append(byte)
      }
    }
    if bytes.count > start { endLine(from: &start) }
  }

  private mutating func endLine(from start: inout Int) {
    while bytes.count > start, bytes[bytes.count - 1] == 0x20 || bytes[bytes.count - 1] == 0x09 {
      bytes.removeLast()
    }
    ranges.append(start..<bytes.count)
    bytes.append(0x0A)
    start = bytes.count
  }

  func isEmpty(_ line: Int) -> Bool { ranges[line].isEmpty }

  func text(_ line: Int) -> String { text(bytes: ranges[line]) }

  func text(bytes range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The lines joined by line feeds, without empty lines at either end.
  func text(lines: Range<Int>) -> String {
    var lines = lines
    while let first = lines.first, isEmpty(first) { lines.removeFirst() }
    while let last = lines.last, isEmpty(last) { lines.removeLast() }
    guard let first = lines.first, let last = lines.last else { return "" }
    return text(bytes: ranges[first].lowerBound..<ranges[last].upperBound)
  }

  /// The length of a line that consists of nothing but this byte; 0 for any other line.
  func rule(of byte: UInt8, _ line: Int) -> Int {
    guard line < ranges.count else { return 0 }
    let range = ranges[line]
    return range.allSatisfy { bytes[$0] == byte } ? range.count : 0
  }

  /// Whether a word, in small letters but for its first, stands in these bytes.
  func contains(_ word: StaticString, in range: Range<Int>) -> Bool {
    word.withUTF8Buffer { wanted in
      guard let first = wanted.first, range.count >= wanted.count else { return false }
      return bytes.withUnsafeBufferPointer { bytes in
        var index = range.lowerBound
        let last = range.upperBound - wanted.count
        while index <= last {
          if bytes[index] == first, wanted.indices.allSatisfy({ bytes[index + $0] == wanted[$0] }) {
            return true
          }
          index += 1
        }
        return false
      }
    }
  }

  func hasPrefix(_ prefix: StaticString, _ line: Int) -> Bool {
    let range = ranges[line]
    guard range.count >= prefix.utf8CodeUnitCount else { return false }
    return prefix.withUTF8Buffer { wanted in
      wanted.indices.allSatisfy { wanted[$0] == bytes[range.lowerBound + $0] }
    }
  }
}
