extension ArticleLines {
  /// A stretch of a section under one `-` underlined sub-heading.
  struct Part {
    /// Nil for what stands before the first.
    var heading: Int?
    var text: Range<Int>
  }

  func parts(_ section: Range<Int>) -> [Part] {
    var parts: [Part] = []
    var open = Part(heading: nil, text: section)
    for line in section where isSubheading(line, before: section.upperBound) {
      open.text = open.text.lowerBound..<max(open.text.lowerBound, line)
      parts.append(open)
      open = Part(heading: line, text: min(line + 2, section.upperBound)..<section.upperBound)
    }
    parts.append(open)
    return parts
  }

  /// Whether the line is underlined with about as many `-`, and is no row of a table.
  private func isSubheading(_ line: Int, before end: Int) -> Bool {
    guard line + 1 < end, !isEmpty(line) else { return false }
    let underline = rule(of: UInt8(ascii: "-"), line + 1)
    guard underline >= 3 else { return false }
    let range = ranges[line]
    return bytes[range.lowerBound] > 0x20 && abs(range.count - underline) <= 1
  }

  /// The bytes of a range of lines.
  func bytes(_ lines: Range<Int>) -> Range<Int> {
    guard let first = lines.first, let last = lines.last else { return 0..<0 }
    return ranges[first].lowerBound..<ranges[last].upperBound
  }

  /// The line, counted from 0, in which a byte stands.
  func line(at byte: Int) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < byte { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Article.Section {
  /// A stretch of the section under one sub-heading.
  public struct Part: Hashable, Sendable {
    /// The sub-heading; empty for the text before the first one.
    public var heading: String
    /// The text under the sub-heading, without its underline.
    public var text: String
  }

  /// The section, taken apart at its `-` underlined sub-headings.
  public var parts: [Part] {
    let lines = ArticleLines(Array(text.utf8).span)
    return lines.parts(0..<lines.count).compactMap { part in
      let text = lines.text(lines: part.text)
      if part.heading == nil, text.isEmpty { return nil }
      return Part(heading: part.heading.map(lines.text) ?? "", text: text)
    }
  }
}
