import KnowledgeBase

/// The sections of an article as the two texts that the table `article_text` holds: the headings
/// as a list (`ArticleLists`), and the texts with a form feed between them. The parser takes form
/// feeds for blanks, so no text holds one; one that did would get a space in its place.
enum ArticleSections {
  private static let separator = "\u{0C}"
  private static let separatorByte = UInt8(ascii: "\u{0C}")

  static func text(_ sections: [Article.Section]) -> String {
    var text = ""
    text.reserveCapacity(sections.reduce(0) { $0 + $1.text.utf8.count + 1 })
    for (position, section) in sections.enumerated() {
      if position > 0 { text += separator }
      text += withoutSeparator(section.text)
    }
    return text
  }

  /// Nil for two texts that don't belong together.
  static func sections(headings: String, text: String) -> [Article.Section]? {
    let headings = ArticleLists.values(headings)
    if headings.isEmpty { return text.isEmpty ? [] : nil }
    let texts = text.utf8.split(separator: separatorByte, omittingEmptySubsequences: false)
    guard texts.count == headings.count else { return nil }
    return zip(headings, texts).map {
      Article.Section(heading: $0, text: String(Substring($1)))
    }
  }

  private static func withoutSeparator(_ text: String) -> String {
    let holdsOne = text.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.contains(separatorByte)
    }
    guard holdsOne ?? text.utf8.contains(separatorByte) else { return text }
    return String(
      decoding: text.utf8.map { $0 == separatorByte ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
  }
}
