import Bytes

/// A line with a count: `840`, `812 840`, `nginx 840`, `nginx 812 840`, `/proc/812/fd: 840`,
/// `840 /proc/812/fd`.
struct CountedLine: Sendable {
  private(set) var count: Int64 = 0
  private(set) var pid: Int64?
  /// Where the name of the process is.
  private(set) var name: Range<Int>?
  /// Whether `/proc` is in it.
  private(set) var isDescriptors = false

  private static let wordsMax = 4

  /// Nil for a line with anything else in it.
  init?(_ line: Span<UInt8>, from start: Int) {
    var words = Words(from: start)
    var numbers: [Int64] = []
    var wordCount = 0
    while let word = words.next(in: line) {
      wordCount += 1
      guard wordCount <= Self.wordsMax else { return nil }
      var text = line.extracting(word)
      while text.count > 1,
        [ASCII.colon, ASCII.comma, UInt8(ascii: "=")].contains(text[text.count - 1])
      {
        text = text.extracting(0..<text.count - 1)
      }
      if let number = try? Count.readGrouped(text, separator: ASCII.space), text[0].isDigit {
        numbers.append(number)
      } else if let found = Self.pidOfPath(text) {
        (pid, isDescriptors) = (found, true)
      } else if name == nil, numbers.isEmpty || wordCount == 2 {
        name = word.lowerBound..<word.lowerBound + text.count
      } else {
        return nil
      }
    }
    switch (numbers.count, pid) {
    case (1, _): count = numbers[0]
    case (2, nil): (pid, count) = (numbers[0], numbers[1])
    default: return nil
    }
  }

  /// The 812 of `/proc/812/fd`.
  static func pidOfPath(_ text: Span<UInt8>) -> Int64? {
    let prefix = Array("/proc/".utf8)
    guard text.count > prefix.count, text.extracting(0..<prefix.count).equals(prefix) else {
      return nil
    }
    var index = prefix.count
    return Count.readPlain(text, from: &index)
  }

  /// How many bytes at the start of a line are a time; nil for none.
  static func timeWords(_ line: Span<UInt8>) -> Int? {
    guard line.count <= 400 else { return nil }
    var words = Words()
    var end: Int?
    var wordCount = 0
    while wordCount < 9, let word = words.next(in: line) {
      wordCount += 1
      let stamp = line.extracting(0..<word.upperBound)
      // A count behind a time must not become its year or its day.
      guard let dated = DatedLine(stamp) else { continue }
      if dated.date != nil || dated.moment != nil || dated.time != nil { end = word.upperBound }
    }
    return end
  }

  /// Whether the time is written as `date` of Unix writes it, with the zone before the year.
  static func isOfUnix(_ line: Span<UInt8>) -> Bool {
    guard let dated = DatedLine(line), dated.offsetMinutes != nil, line.count >= 24 else {
      return false
    }
    return line[line.count - 1].isDigit && !line[0].isDigit
  }
}
