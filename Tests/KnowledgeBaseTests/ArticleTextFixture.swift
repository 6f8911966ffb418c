import KnowledgeBase

/// An article in the archive's layout, put together from parts in our own words.
struct ArticleText {
  var id = "Q900001"
  var date = "09-AUG-2001"
  var group = "winnt"
  var title = "A Made-Up Bug"
  var appliesTo = ["Microsoft Windows NT Server version 4.0"]
  var sections: [(heading: String, text: String)] = []
  var keywords = ""
  var version = "winnt:4.0"
  var queryWords = "one two"
  var lineEnd = "\r\n"

  var lines: [String] {
    let head = [
      "DOCUMENT:\(id)  \(date)  [\(group)]", "TITLE   :\(title)", "PRODUCT :Microsoft Windows NT",
      "PROD/VER:\(version)", "OPER/SYS:", "KEYWORDS:\(keywords)", "",
      String(repeating: "=", count: 70), String(repeating: "-", count: 79),
      "The information in this article applies to:", "",
    ]
    let list = appliesTo.map { " - \($0) " } + [String(repeating: "-", count: 79), ""]
    let body = sections.flatMap { heading, text in
      [heading, String(repeating: "=", count: heading.count), ""]
        + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""]
    }
    let tail = [
      "Additional query words: \(queryWords)", "", String(repeating: "=", count: 70),
      "Keywords          : \(keywords) ", "Technology        : kbWinNTsearch kbWinNT400search",
      "Version           : \(version)", "Hardware          : ALPHA x86",
      "Issue type        : kbbug", "Solution Type     : kbfix", "",
      String(repeating: "=", count: 77), "",
      "THE INFORMATION PROVIDED IN THE MADE-UP NOTICE IS PROVIDED FOR A TEST.", "",
      "Copyright Nobody 2001.",
    ]
    return head + list + body + tail
  }

  var bytes: [UInt8] { Array(lines.joined(separator: lineEnd).utf8) }

  /// The article as it is parsed.
  func parsed() throws -> ParsedArticle { try ArticleParser().parse(bytes) }

  /// The rules of an article with this STATUS.
  static func rules(
    status: String, appliesTo: [String], keywords: String = "", cause: String = "It is so.",
    resolution: String = "Read on."
  ) throws -> [FixRule] {
    try ArticleText(
      appliesTo: appliesTo,
      sections: [("CAUSE", cause), ("RESOLUTION", resolution), ("STATUS", status)],
      keywords: keywords
    ).parsed().article.fixes
  }
}

/// Lines of the header and the trailer that say nothing.
private let emptyFields: Set<String> = [
  "TITLE :", "PRODUCT :", "PROD/VER:", "OPER/SYS:", "KEYWORDS:", "Additional query words:",
  "Keywords :", "Technology :", "Version :", "Issue type :", "Solution Type :", "Hardware :",
  "KBCategory:", "KBSubcategory:",
]

/// The lines of a file whose text stands nowhere in the record.
func lostLines(of file: [UInt8], in article: Article) -> [String] {
  func words(_ text: String) -> String {
    text.split { $0.isWhitespace || $0 == "\0" }.joined(separator: " ")
  }
  let fields =
    [
      article.id.description, article.title, article.group, article.product, article.versions,
      article.operatingSystem, article.hardware, article.issueType, article.solutionType,
      article.notice, article.keywords.joined(separator: " "),
      article.technology.joined(separator: " "), article.queryWords.joined(separator: " "),
    ] + article.appliesTo + article.sections.flatMap { [$0.heading, $0.text] }
    + article.fields.map(\.value)
  let record = fields.map(words).joined(separator: "\n")
  return file.split { $0 == 0x0A || $0 == 0x0D }.compactMap { bytes in
    // What is not ASCII is another test's: the page of a byte is decided over the whole file.
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    var line = words(String(decoding: bytes, as: UTF8.self))
    if line.allSatisfy({ "=-".contains($0) }) || line.hasPrefix("DOCUMENT:")
      || line == "The information in this article applies to:"
    {
      return nil
    }
    if line.hasPrefix("- ") { line.removeFirst(2) }
    if record.contains(line) { return nil }
    // A field's name is its place in the record.
    let value = line.drop { $0 != ":" }.dropFirst()
    if value.isEmpty { return emptyFields.contains(line) ? nil : line }
    // Keywords of the header may be glued together.
    if line.hasPrefix("KEYWORDS:"),
      article.keywords.joined().hasPrefix(value.filter { !$0.isWhitespace && $0 != "\0" })
    {
      return nil
    }
    return record.contains(words(String(value))) ? nil : line
  }
}
