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
      index = Self.endOfRun(input, from: index)
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

  /// The first byte from `start` on that is a control character or no ASCII.
  private static func endOfRun(_ input: Span<UInt8>, from start: Int) -> Int {
    var index = start
    // Eight at once. The subtraction borrows from the highest bit of the first byte that is too low.
    while index + 8 <= input.count {
      let word = input.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard (word &- repeated(0x20) | word) & repeated(0x80) == 0 else { break }
      index += 8
    }
    while index < input.count, (0x20...0x7F).contains(input[index]) { index += 1 }
    return index
  }

  private mutating func endLine(from start: inout Int) {
    while bytes.count > start, bytes[bytes.count - 1] == 0x20 || bytes[bytes.count - 1] == 0x09 {
      bytes.removeLast()
    }
    ranges.append(start..<bytes.count)
    bytes.append(0x0A)
    start = bytes.count
  }

  /// The first place of a byte in a range.
  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    let span = bytes.span
    var index = range.lowerBound
    let pattern = repeated(byte)
    // Eight at once: a byte that becomes 0 borrows from its highest bit.
    while index + 8 <= range.upperBound {
      let word = span.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) ^ pattern
      guard (word &- repeated(0x01)) & ~word & repeated(0x80) == 0 else { break }
      index += 8
    }
    while index < range.upperBound {
      if span[index] == byte { return index }
      index += 1
    }
    return nil
  }

  /// The range without blanks and tabs at either end.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return start..<end
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
      let end = range.upperBound - wanted.count + 1
      var index = range.lowerBound
      while let place = firstIndex(of: first, in: index..<end) {
        if wanted.indices.allSatisfy({ bytes[place + $0] == wanted[$0] }) { return true }
        index = place + 1
      }
      return false
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

/// A byte in each of eight places.
private func repeated(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 * UInt64(byte) }
