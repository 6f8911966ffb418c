import ArgumentParser
import ArticleStore
import KnowledgeBase
import Service
import UseCases

/// `fixlevel search`: the articles with all of these words, best first.
struct Search: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Search the articles.",
    discussion: """
      All words must be there; \"a phrase\" in quotes; -word for what must not be there (after -- \
      if it is the first). A number such as Q179827 finds its article.
      """)

  @Argument(help: "Words to look for.")
  var words: [String]

  @Option(name: .setting(.product), help: .setting(.product))
  var product: String?

  @Option(name: .setting(.limit), help: .setting(.limit))
  var limit = Defaults.searchLimit

  @Flag(name: .setting(.json), help: .setting(.json))
  var json = false

  @OptionGroup var knowledgeBase: KnowledgeBaseOptions

  func validate() throws {
    guard (1...ArticleStore.pageMax).contains(limit) else {
      throw ValidationError(
        "\(Setting.limit.flag) takes a number from 1 to \(ArticleStore.pageMax)")
    }
  }

  func run() throws {
    let query: SearchQuery
    do {
      query = try SearchQuery.asked(words.joined(separator: " "))
    } catch {
      throw ProgramFailure(.usage, error.description)
    }
    let filters = SearchFilters(product: try product.map { try knowledgeBase.product($0).id })
    try ProgramFailure.mapping {
      let store = try knowledgeBase.openStore()
      let page = try store.search(query, filters: filters, limit: limit)
      if json {
        let facets = try store.facets(query, filters: filters)
        try Console.print(
          try APIDocument.text(Answer(items: page.items, next: page.next, facets: facets)))
        return
      }
      guard page.items.isEmpty else {
        return try Console.print(lines: page.items.map(Self.text).joined(separator: "\n"))
      }
      let spelling = try store.spelling(of: query).map { " Did you mean: \($0)?" } ?? ""
      try Console.print(lines: "No article has all of these words.\(spelling)")
    }
  }

  private static func text(_ hit: SearchHit) -> String {
    let head = "\(hit.id)  \(hit.date)  [\(hit.group)]  \(hit.title)"
    return hit.snippet.raw.isEmpty ? head : "\(head)\n    \(hit.snippet.plain)"
  }

  private struct Answer: Encodable {
    var items: [SearchHit]
    var next: PageCursor?
    var facets: SearchFacets

    enum CodingKeys: String, CodingKey {
      case items, next, facets
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(items, forKey: .items)
      try container.encode(next?.description, forKey: .next)
      try container.encode(facets, forKey: .facets)
    }
  }
}
