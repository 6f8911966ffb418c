import Bytes

/// The words of a line, which blanks separate.
struct Words: Sendable {
  private var index: Int

  /// Those from `start` on.
  init(from start: Int = 0) { index = start }

  /// The next word's place in the line, which is the same in all calls.
  mutating func next(in line: Span<UInt8>) -> Range<Int>? {
    while index < line.count, line[index].isBlank { index &+= 1 }
    let start = index
    while index < line.count, !line[index].isBlank { index &+= 1 }
    return start == index ? nil : start..<index
  }
}
