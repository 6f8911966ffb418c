/// An article in which Microsoft lists the bugs that a level of a product fixes.
public struct FixList: Hashable, Sendable {
  /// One bug of the list.
  public struct Entry: Hashable, Sendable {
    /// The article about the bug.
    public var article: ArticleID
    /// The article's title as the list gives it.
    public var title: String
    /// The products that the list is for.
    public var products: [ProductID]
    /// The first level with the correction.
    public var level: ServicePack
    /// The line of the list's file, counted from 1.
    public var line: Int

    /// An entry of a list. `line` counts from 1.
    public init(
      article: ArticleID, title: String, products: [ProductID], level: ServicePack, line: Int
    ) {
      self.article = article
      self.title = title
      self.products = products
      self.level = level
      self.line = line
    }
  }

  /// The number of the article that is the list.
  public var id: ArticleID
  /// The title of the article that is the list.
  public var title: String
  /// The bugs in the order of the list. An article may appear more than once.
  public var entries: [Entry]

  /// A list with these entries.
  public init(id: ArticleID, title: String, entries: [Entry]) {
    self.id = id
    self.title = title
    self.entries = entries
  }
}

extension FixList {
  /// Fewer entries make no list.
  private static let entriesMin = 3

  /// Nil if the article is no list of corrected bugs, or doesn't say of which level.
  init?(_ text: FixText) {
    let title = text.article.title
    guard Self.isListTitle(title) else { return nil }
    let reader = FixListReader(text)
    guard reader.entries.count >= Self.entriesMin else { return nil }
    self.init(id: text.article.id, title: title, entries: reader.entries)
  }

  /// `List of Bugs Fixed in …`, `… Fix List`, `Bugs Fixed in …`.
  static func isListTitle(_ title: String) -> Bool {
    let words = TextWords(title).words.map(\.text)
    if words.contains("list"), words.contains(where: { ["fix", "fixed", "fixes"].contains($0) }) {
      return true
    }
    guard let verb = words.firstIndex(where: { ["fixed", "corrected"].contains($0) }), verb > 0,
      words.dropFirst(verb + 1).first.map({ ["in", "by", "with"].contains($0) }) == true
    else { return false }
    return ["bugs", "problems", "issues"].contains(words[verb - 1])
  }
}

/// Reads the entries of a list of corrected bugs.
private struct FixListReader {
  private(set) var entries: [FixList.Entry] = []
  private let text: FixText

  init(_ text: FixText) {
    self.text = text
    let general = generalScope()
    for section in text.layout.sections where text.lines.heading(section) != "SUMMARY" {
      for part in text.lines.parts(section.text) {
        let own = part.heading.flatMap { scope(TextWords(text.lines.text($0)).words[...]) }
        guard let scope = own ?? general else { continue }
        let products = scope.products.isEmpty ? general?.products ?? [] : scope.products
        take(part.text, products: products.isEmpty ? text.applied.products : products, scope.level)
      }
    }
  }

  private typealias Scope = (products: [ProductID], level: ServicePack)

  /// What the summary, or else the title, says the list is of.
  private func generalScope() -> Scope? {
    for section in text.layout.sections where text.lines.heading(section) == "SUMMARY" {
      let words = TextWords(text.lines.bytes, in: text.lines.bytes(section.text))
      for sentence in words.sentences {
        let sentence = words.words[sentence]
        guard
          let verb = sentence.firstIndex(where: {
            ["fixed", "corrected", "resolved", "included"].contains($0.text)
          })
        else { continue }
        if let scope = scope(sentence[verb...]) { return scope }
      }
    }
    return scope(TextWords(text.article.title).words[...])
  }

  private func scope(_ words: ArraySlice<TextWords.Word>) -> Scope? {
    let clause = FixClause(ProductMentions(words, catalogue: text.catalogue).items)
    let levels = clause.claims.compactMap { claim -> ServicePack? in
      if case .pack(let level)? = claim.level { level } else { nil }
    }
    guard let level = levels.max() else { return nil }
    let named = clause.products.flatMap(products)
    return (named.filter { text.catalogue[$0]?.ladder.contains(level) == true }, level)
  }

  /// A list is for every edition that it applies to.
  private func products(_ mention: ProductMentions.Mention) -> [ProductID] {
    text.applied.meant(by: mention)
  }

  private mutating func take(_ lines: Range<Int>, products: [ProductID], _ level: ServicePack) {
    let products = products.filter { text.catalogue[$0]?.ladder.contains(level) == true }
    guard !products.isEmpty else { return }
    var isReference = false
    for line in lines where !text.lines.isEmpty(line) {
      guard let link = ArticleLinks.entry(text.lines, line, before: lines.upperBound) else {
        // "… please see the following article in the Microsoft Knowledge Base:"
        let words = text.lines.text(line)
        if words.hasSuffix(":") {
          isReference = words.contains("Knowledge Base") || words.contains("Base:")
        } else if text.lines.bytes[text.lines.ranges[line].lowerBound] > 0x20 {
          isReference = false
        }
        continue
      }
      guard !isReference, !FixList.isListTitle(link.title) else { continue }
      entries.append(
        FixList.Entry(
          article: link.id, title: link.title, products: withoutRepeats(products), level: level,
          line: line + 1))
    }
  }
}
