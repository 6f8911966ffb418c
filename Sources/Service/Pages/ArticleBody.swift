import KnowledgeBase
import UseCases
import Web

/// The text of an article as a page shows it: sections, sub-headings, paragraphs, and tables as they
/// were set.
struct ArticleBody {
  /// One section; it has no heading where text stands before the first.
  struct Section {
    var heading: Heading?
    var anchor: String
    var parts: [Part]
  }

  /// A stretch of a section; it has no sub-heading where text stands before the first.
  struct Part {
    var subheading: Heading?
    var blocks: [Block]
  }

  /// A heading with the name of its place.
  struct Heading {
    var text: String
    var anchor: String
  }

  /// A paragraph, an item of a list, or lines that keep their blanks.
  struct Block {
    var isPreformatted: Bool
    /// Whether it stands under an item of a list.
    var isIndented: Bool
    var runs: [Run]
  }

  /// Text, or the number of an article that there is a page of.
  struct Run {
    var text: String
    var path: String?
  }

  var sections: [Section]

  /// - Parameter present: the articles that the text may link to.
  init(_ article: Article, present: Set<ArticleID>) {
    var anchors = Anchors()
    sections = article.sections.map { section in
      let anchor = anchors.next(for: section.heading)
      let parts = section.parts.map { part in
        Part(
          subheading: part.heading.isEmpty
            ? nil : Heading(text: part.heading, anchor: anchors.next(for: part.heading)),
          blocks: TextBlock.blocks(of: part.text).map { block in
            Block(
              isPreformatted: block.isPreformatted, isIndented: block.isIndented,
              runs: Self.runs(block.text, present: present))
          })
      }
      let heading =
        section.heading.isEmpty ? nil : Heading(text: section.heading, anchor: anchor)
      return Section(heading: heading, anchor: anchor, parts: parts)
    }
  }

  /// Cuts the text at the numbers of articles that are present.
  private static func runs(_ text: String, present: Set<ArticleID>) -> [Run] {
    var runs: [Run] = []
    let bytes = Array(text.utf8)
    var (start, index) = (0, 0)
    func flush(to end: Int) {
      if end > start { runs.append(Run(text: String(decoding: bytes[start..<end], as: UTF8.self))) }
    }
    while let found = bytes[index...].firstIndex(of: UInt8(ascii: "Q")) {
      let digits = bytes[(found + 1)...].prefix(ArticleID.digitsMax + 1)
        .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      index = found + 1 + digits.count
      let isWord = found == 0 || !isLetterOrDigit(bytes[found - 1])
      guard isWord, !digits.isEmpty,
        let id = ArticleID(String(decoding: bytes[found..<index], as: UTF8.self)),
        present.contains(id)
      else { continue }
      flush(to: found)
      runs.append(Run(text: id.description, path: Route.article.path(id.description)))
      start = index
    }
    flush(to: bytes.count)
    return runs
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
      true
    default: false
    }
  }
}

/// Names for places of a page, each once: headings of an article may repeat.
private struct Anchors {
  /// Those that the page's frame has.
  private var taken: Set<String> = [
    "main", "q", "fix-levels", "linked-from", "simulator", "cite", "facts", "product", "level",
    "reported",
  ]

  /// `MORE INFORMATION` as `more-information`.
  mutating func next(for heading: String) -> String {
    let words = heading.lowercased().split { !$0.isLetter && !$0.isNumber }
    let name = words.isEmpty ? "text" : words.joined(separator: "-")
    var anchor = name
    var number = 2
    while !taken.insert(anchor).inserted {
      anchor = "\(name)-\(number)"
      number += 1
    }
    return anchor
  }
}
