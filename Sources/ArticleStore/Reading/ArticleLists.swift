import KnowledgeBase

/// The lists of an article as the texts that the table `article` holds: every value is ended by a
/// line feed. Values are parts of lines, so they hold none themselves; one that did would get a
/// space in its place.
enum ArticleLists {
  static func text(_ values: [String]) -> String {
    values.reduce(into: "") { $0 += oneLine($1) + "\n" }
  }

  static func values(_ text: String) -> [String] {
    var values = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    values.removeLast()
    return values
  }

  /// Name and value with a tab between them.
  static func text(_ fields: [Article.Field]) -> String {
    text(fields.map { "\($0.name)\t\($0.value)" })
  }

  static func fields(_ text: String) -> [Article.Field] {
    values(text).map { line in
      let parts = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      return Article.Field(
        name: parts.first.map(String.init) ?? "",
        value: parts.dropFirst().first.map(String.init) ?? "")
    }
  }

  private static func oneLine(_ value: String) -> String {
    // Bytes: CR LF is one Character, and the line feed in it counts too.
    guard value.utf8.contains(UInt8(ascii: "\n")) else { return value }
    return String(
      decoding: value.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 },
      as: UTF8.self)
  }
}
