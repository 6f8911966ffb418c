/// Which lines of a file are its header, its list of products, its sections, its trailer and its
/// notice.
struct ArticleLayout {
  /// The lines of one section, heading and underline left out of `text`.
  struct Section {
    /// Nil for text before the first heading.
    var heading: Int?
    var text: Range<Int>
  }

  /// A line of `=` or `-` at least this long is a rule across the page, a shorter one underlines.
  static let ruleLength = 60

  let head: ArticleHead
  private(set) var trailer = ArticleTrailer()
  /// The entries of the list of products, each in one line.
  private(set) var appliesTo: [String] = []
  /// Where the list of products begins, counted from 0.
  private(set) var appliesToLine: Int?
  private(set) var sections: [Section] = []
  private(set) var notice = 0..<0
  private(set) var oddities: [Oddity] = []

  init(_ lines: ArticleLines) {
    head = ArticleHead(lines)
    var body = head.end..<lines.count
    body = body.lowerBound..<takeNotice(lines, from: body)
    let pieces = takeTrailer(lines, from: body)
    for (index, piece) in pieces.enumerated() {
      var piece = piece
      if index == 0 {
        while let first = piece.first,
          lines.isEmpty(first) || Self.isRule(lines, first, UInt8(ascii: "="))
        {
          piece.removeFirst()
        }
        piece = takeAppliesTo(lines, from: piece)
      }
      takeSections(lines, from: piece)
    }
    noteMissing(lines)
  }

  var title: String { head[.title] }

  /// The trailer's line, which is whole, or the header's.
  var versions: String { trailer["Version"].isEmpty ? head[.versions] : trailer["Version"] }

  var keywords: [String] {
    let words = trailer.words("Keywords")
    return words.isEmpty ? head[.keywords][...].blankSeparated : words
  }

  /// What no field of the record holds.
  var fields: [Article.Field] {
    var fields: [Article.Field] = []
    // The header's line is cut, and lacks blanks here and there: `kbprbkbfaq`.
    if !keywords.joined().hasPrefix(head[.keywords].filter { $0 != " " }) {
      fields.append(Article.Field(name: "KEYWORDS", value: head[.keywords]))
    }
    if !versions.hasPrefix(head[.versions]) {
      fields.append(Article.Field(name: "PROD/VER", value: head[.versions]))
    }
    fields += head.strangers.map { Article.Field(name: "", value: $0) }
    return fields + trailer.fields.filter { !Self.known.contains($0.name) && !$0.value.isEmpty }
  }

  /// The fields of the trailer that the record holds.
  private static let known: Set<String> = [
    "Keywords", "Technology", "Version", "Issue type", "Solution Type", "Hardware",
    "Additional query words",
  ]

  mutating func note(_ kind: Oddity.Kind, _ detail: String, line: Int? = nil) {
    oddities.append(Oddity(kind: kind, line: line.map { $0 + 1 }, detail: detail))
  }

  static func isRule(_ lines: ArticleLines, _ line: Int, _ byte: UInt8) -> Bool {
    lines.rule(of: byte, line) >= ruleLength
  }

  /// Where the text ends and the notice, with the rule above it, begins.
  private mutating func takeNotice(_ lines: ArticleLines, from body: Range<Int>) -> Int {
    guard
      let start = body.last(where: { lines.hasPrefix("THE INFORMATION PROVIDED IN THE", $0) })
    else {
      note(.noNotice, "no legal notice at the end")
      return body.upperBound
    }
    notice = start..<body.upperBound
    var end = start
    while end > body.lowerBound,
      lines.isEmpty(end - 1) || Self.isRule(lines, end - 1, UInt8(ascii: "="))
    {
      end -= 1
    }
    return end
  }

  /// Reads the trailer and gives the text before and, in a broken file, after it.
  private mutating func takeTrailer(
    _ lines: ArticleLines, from body: Range<Int>
  ) -> [Range<Int>] {
    guard let keywords = body.last(where: { ArticleTrailer.name(lines, $0) == "Keywords" }) else {
      return takeOlderTrailer(lines, from: body)
    }
    var start = keywords
    while start > body.lowerBound, ArticleTrailer.name(lines, start - 1) != nil { start -= 1 }
    var end = keywords + 1
    while end < body.upperBound, !lines.isEmpty(end) { end += 1 }
    trailer.read(lines, lines: start..<end)
    var textEnd = start
    while textEnd > body.lowerBound,
      lines.isEmpty(textEnd - 1) || Self.isRule(lines, textEnd - 1, UInt8(ascii: "="))
    {
      textEnd -= 1
    }
    // The query words stand above the rule and may take several lines.
    let tail = max(body.lowerBound, textEnd - 40)..<textEnd
    if let query = tail.last(where: { lines.hasPrefix("Additional query words:", $0) }),
      (query..<textEnd).allSatisfy({ !lines.isEmpty($0) })
    {
      trailer.read(lines, lines: query..<textEnd)
      textEnd = query
    }
    let rest = end..<body.upperBound
    guard rest.contains(where: { !lines.isEmpty($0) }) else { return [body.lowerBound..<textEnd] }
    note(.trailerBeforeText, "text follows the trailer", line: keywords)
    return [body.lowerBound..<textEnd, rest]
  }

  /// The form before 1997: `KBCategory:` and its like in the last lines of the text.
  private mutating func takeOlderTrailer(
    _ lines: ArticleLines, from body: Range<Int>
  ) -> [Range<Int>] {
    let tail = max(body.lowerBound, body.upperBound - 15)..<body.upperBound
    guard let start = tail.first(where: { ArticleTrailer.name(lines, $0) != nil }) else {
      note(.noTrailer, "no line of keywords under the text")
      return [body]
    }
    trailer.read(lines, lines: start..<body.upperBound)
    note(.olderTrailer, "the trailer has the form of before 1997", line: start)
    return [body.lowerBound..<start]
  }

  /// Reads the list of products and gives the text without it.
  private mutating func takeAppliesTo(
    _ lines: ArticleLines, from body: Range<Int>
  ) -> Range<Int> {
    guard
      let caption = body.prefix(40).first(where: {
        lines.hasPrefix("The information in this article applies to:", $0)
      })
    else { return body }
    appliesToLine = caption
    let end =
      (caption + 1..<body.upperBound).first { Self.isRule(lines, $0, UInt8(ascii: "-")) }
      ?? (caption + 1..<body.upperBound).first { lines.rule(of: UInt8(ascii: "="), $0 + 1) > 0 }
      ?? body.upperBound
    for line in caption + 1..<end where !lines.isEmpty(line) {
      let entry = lines.trimmed(lines.ranges[line])
      let bytes = lines.bytes
      if entry.count > 1, bytes[entry.lowerBound] == UInt8(ascii: "-"),
        bytes[entry.lowerBound + 1] == 0x20
      {
        let product = lines.trimmed(entry.lowerBound + 2..<entry.upperBound)
        appliesTo.append(lines.text(bytes: product))
      } else if bytes[lines.ranges[line].lowerBound] == 0x20, let last = appliesTo.indices.last {
        appliesTo[last] += " \(lines.text(bytes: entry))"
      } else {
        appliesTo.append(lines.text(bytes: entry))
      }
    }
    var before = caption
    while before > body.lowerBound,
      lines.isEmpty(before - 1) || Self.isRule(lines, before - 1, UInt8(ascii: "-"))
    {
      before -= 1
    }
    if before > body.lowerBound {
      sections.append(Section(heading: nil, text: body.lowerBound..<before))
    }
    let rest = end < body.upperBound && Self.isRule(lines, end, UInt8(ascii: "-")) ? end + 1 : end
    return min(rest, body.upperBound)..<body.upperBound
  }

  private mutating func takeSections(_ lines: ArticleLines, from body: Range<Int>) {
    var open = Section(heading: nil, text: body.lowerBound..<body.lowerBound)
    for line in body where lines.isHeading(line) {
      close(open, at: line, lines)
      open = Section(heading: line, text: min(line + 2, body.upperBound)..<body.upperBound)
    }
    close(open, at: body.upperBound, lines)
  }

  private mutating func close(_ section: Section, at end: Int, _ lines: ArticleLines) {
    var section = section
    section.text = section.text.lowerBound..<max(section.text.lowerBound, end)
    guard section.heading != nil || section.text.contains(where: { !lines.isEmpty($0) }) else {
      return
    }
    sections.append(section)
  }

  private mutating func noteMissing(_ lines: ArticleLines) {
    for name in ArticleHead.Name.allCases where !head.has(name) {
      note(.missingHeaderLine, "the header has no line \(name.rawValue)")
    }
    if head.date == nil { note(.unreadableDate, "the header has no readable date") }
    if title.isEmpty { note(.missingTitle, "the article has no title") }
    // Articles on games, on books and on services name no products, and their header no versions.
    if appliesTo.isEmpty, !head[.versions].isEmpty {
      note(.noAppliesTo, "the header names versions, but no list says of which products")
    }
    var seen: Set<String> = []
    var last = ""
    for section in sections {
      guard let heading = section.heading else { continue }
      let name = lines.text(heading)
      // Right after its own text a heading goes on, as where a long file is quoted.
      if !seen.insert(name).inserted, name != last {
        note(.repeatedSection, "\(name) stands here once more", line: heading)
      }
      last = name
    }
    if sections.isEmpty { note(.noText, "the article has no text") }
  }
}

extension ArticleLines {
  private static let headings: Set<String> = [
    "SYMPTOMS", "MORE INFORMATION", "CAUSE", "RESOLUTION", "STATUS", "SUMMARY", "WORKAROUND",
    "REFERENCES",
  ]

  /// Whether the line is in capitals and underlined with as many `=`; the usual headings may be
  /// underlined with more or fewer.
  func isHeading(_ line: Int) -> Bool {
    let underline = rule(of: UInt8(ascii: "="), line + 1)
    guard underline >= 3, underline < ArticleLayout.ruleLength else { return false }
    let range = ranges[line]
    guard range.count >= 3, let first = range.first, bytes[first] > 0x20,
      range.allSatisfy({ !(0x61...0x7A).contains(bytes[$0]) }),
      rule(of: UInt8(ascii: "="), line) == 0
    else { return false }
    return range.count == underline || Self.headings.contains(text(line))
  }

  func heading(_ section: ArticleLayout.Section) -> String { section.heading.map(text) ?? "" }
}
