import Bytes

/// The articles that a text names, with their titles where it gives them.
enum ArticleLinks {
  /// A title that goes on for more lines is cut.
  private static let titleLinesMax = 3

  static func read(
    _ lines: ArticleLines, in sections: [ArticleLayout.Section], except own: ArticleID
  ) -> [Article.Link] {
    var links: [Article.Link] = []
    var places: [ArticleID: Int] = [:]
    for section in sections {
      for line in section.text {
        for (id, range) in identifiers(lines, line) where id != own {
          let title =
            starts(lines, line, at: range.lowerBound)
            ? title(lines, line, from: range.upperBound, before: section.text.upperBound) : ""
          if let place = places[id] {
            if links[place].title.isEmpty { links[place].title = title }
          } else {
            places[id] = links.count
            links.append(Article.Link(id: id, title: title))
          }
        }
      }
    }
    return links
  }

  /// The entry that begins the line: `   Q152734 How to …`.
  static func entry(
    _ lines: ArticleLines, _ line: Int, before end: Int
  ) -> Article.Link? {
    guard let (id, range) = identifiers(lines, line).first,
      starts(lines, line, at: range.lowerBound)
    else { return nil }
    let title = title(lines, line, from: range.upperBound, before: end)
    return title.isEmpty ? nil : Article.Link(id: id, title: title)
  }

  /// `Q` and five or six digits that stand as a word.
  private static func identifiers(
    _ lines: ArticleLines, _ line: Int
  ) -> [(ArticleID, Range<Int>)] {
    let range = lines.ranges[line]
    let bytes = lines.bytes
    var found: [(ArticleID, Range<Int>)] = []
    var next = range.lowerBound
    while let index = lines.firstIndex(of: UInt8(ascii: "Q"), in: next..<range.upperBound) {
      guard index == range.lowerBound || !isWord(bytes[index - 1]) else {
        next = index + 1
        continue
      }
      var end = index + 1
      while end < range.upperBound, bytes[end].isDigit { end += 1 }
      if (5...6).contains(end - index - 1), end == range.upperBound || !isWord(bytes[end]),
        let id = ArticleID(lines.text(bytes: index..<end))
      {
        found.append((id, index..<end))
      }
      next = end
    }
    return found
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isDigit || (0x61...0x7A).contains(byte.lowercased) || byte >= 0x80
  }

  /// Whether only blanks and bullets stand before this place of the line.
  private static func starts(_ lines: ArticleLines, _ line: Int, at place: Int) -> Bool {
    (lines.ranges[line].lowerBound..<place).allSatisfy { !isWord(lines.bytes[$0]) }
  }

  private static func title(
    _ lines: ArticleLines, _ line: Int, from start: Int, before end: Int
  ) -> String {
    var words = lines.text(bytes: start..<lines.ranges[line].upperBound)
    while let first = words.first, " :-\t".contains(first) { words.removeFirst() }
    guard !words.isEmpty else { return "" }
    let indent = indent(lines, line)
    var next = line + 1
    while next < end, next < line + titleLinesMax, !lines.isEmpty(next),
      Self.indent(lines, next) == indent, identifiers(lines, next).isEmpty
    {
      words += " " + lines.text(bytes: lines.trimmed(lines.ranges[next]))
      next += 1
    }
    return words
  }

  private static func indent(_ lines: ArticleLines, _ line: Int) -> Int {
    lines.ranges[line].prefix { lines.bytes[$0] == 0x20 }.count
  }
}
