import Bytes
import KnowledgeBase
import UseCases
import Web

/// `/kb/{id}`: the article, its facts, and where on each product's ladder it is fixed.
struct ArticlePage {
  /// A link to another article.
  struct Link {
    var id: String
    var path: String
    var title: String
    /// Whether there is a page to go to.
    var isPresent: Bool
  }

  /// A line of the header or the trailer.
  struct Fact {
    var name: String
    var value: String
  }

  /// A value that leads to all articles with it.
  struct Keyword {
    var value: String
    var path: String

    init(name: String, _ value: String) {
      self.value = value
      path = Target(Route.search.path(), [(name, value)]).text
    }
  }

  /// Links of one kind; a long list of them is folded.
  struct Links {
    var first: [Link]
    var rest: [Link]
    var count: Int
    var hasRest: Bool

    private static let unfoldedMax = 8

    init?(_ links: [Link]) {
      guard !links.isEmpty else { return nil }
      first = Array(links.prefix(Self.unfoldedMax))
      rest = Array(links.dropFirst(Self.unfoldedMax))
      count = links.count
      hasRest = !rest.isEmpty
    }
  }

  var title: String
  var id: String
  /// Nil where the article's own can't be read.
  var date: String?
  /// The date as a person reads it.
  var revised: String?
  var group: Keyword
  var product: String
  var appliesTo: [String]
  var hasAppliesTo: Bool
  var keywords: [Keyword]
  var hasKeywords: Bool
  var technology: [String]
  var hasTechnology: Bool
  var sections: [ArticleBody.Section]
  var links: Links?
  var linkedFrom: Links?
  var facts: [Fact]
  var ladders: [FixLadder]
  var hasLadders: Bool
  /// Whether the simulator of the bug stands on the page.
  var hasSimulator: Bool
  var isRestated: Bool
  var jsonPath: String
  var textPath: String
  var form: FormChoices

  /// - Parameters:
  ///   - present: the linked articles that the knowledge base has.
  init(_ article: Article, present: Set<ArticleID>, catalogue: ProductCatalogue) {
    title = article.title
    id = article.id.description
    date = article.date == .unknown ? nil : article.date.description
    revised = article.date == .unknown ? nil : HumanDate.day(article.date)
    group = Keyword(name: "group", article.group)
    product = article.product
    appliesTo = article.appliesTo
    hasAppliesTo = !appliesTo.isEmpty
    keywords = article.keywords.map { Keyword(name: "keyword", $0) }
    hasKeywords = !keywords.isEmpty
    technology = article.technology
    hasTechnology = !technology.isEmpty
    sections = ArticleBody(article, present: present).sections
    func page(_ link: Article.Link) -> Link {
      Link(
        id: link.id.description, path: Route.article.path(link.id.description), title: link.title,
        isPresent: present.contains(link.id))
    }
    links = Links(article.links.map(page))
    linkedFrom = Links(article.linkedFrom.map(page))
    facts = Self.facts(article)
    ladders = FixLadder.all(FixCheck(article, catalogue: catalogue))
    hasLadders = !ladders.isEmpty
    hasSimulator = article.id == Article.main
    isRestated = article.source == .restated
    jsonPath = Route.articleJSON.path(article.id.description)
    textPath = Route.articleText.path(article.id.description)
    form = FormChoices(catalogue, of: article)
  }

  private static func facts(_ article: Article) -> [Fact] {
    let kind = [article.issueType, article.solutionType].filter { !$0.isEmpty }
    let facts = [
      Fact(name: "Version", value: article.versions),
      Fact(name: "Operating system", value: article.operatingSystem),
      Fact(name: "Hardware", value: article.hardware),
      Fact(name: "Kind", value: kind.joined(separator: ", ")),
    ]
    return facts.filter { !$0.value.isEmpty }
      + article.fields.map { Fact(name: $0.name, value: $0.value) }
  }
}
