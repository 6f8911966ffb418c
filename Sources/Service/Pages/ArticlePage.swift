import KnowledgeBase

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
      path = Target(.search, [(name, value)]).text
    }
  }

  /// One product's levels, oldest first.
  struct Ladder {
    var product: String
    var inferred: Bool
    var rungs: [Rung]
  }

  /// One level of one product; `verdict` is also the class of its colour.
  struct Rung {
    var level: String
    var verdict: String
    var label: String
  }

  var title: String
  var id: String
  /// Nil where the article's own can't be read.
  var date: String?
  var group: Keyword
  var product: String
  var appliesTo: [String]
  var keywords: [Keyword]
  var technology: [String]
  var sections: [ArticleBody.Section]
  var links: [Link]
  var linkedFrom: [Link]
  var hasLinks: Bool
  var hasLinkedFrom: Bool
  var facts: [Fact]
  var ladders: [Ladder]
  var hasLadders: Bool
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
    group = Keyword(name: "group", article.group)
    product = article.product
    appliesTo = article.appliesTo
    keywords = article.keywords.map { Keyword(name: "keyword", $0) }
    technology = article.technology
    sections = ArticleBody(article, present: present).sections
    func page(_ link: Article.Link) -> Link {
      Link(
        id: link.id.description, path: Route.article(link.id.description).path, title: link.title,
        isPresent: present.contains(link.id))
    }
    links = article.links.map(page)
    linkedFrom = article.linkedFrom.map(page)
    hasLinks = !article.links.isEmpty
    hasLinkedFrom = !article.linkedFrom.isEmpty
    facts = Self.facts(article)
    ladders = Self.ladders(FixCheck(article, catalogue: catalogue))
    hasLadders = !ladders.isEmpty
    isRestated = article.source == .restated
    jsonPath = Route.articleFile(article.id.description, .json).path
    textPath = Route.articleFile(article.id.description, .text).path
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

  private static func ladders(_ check: FixCheck) -> [Ladder] {
    let answers = check.matrix()
    return check.catalogue.products.compactMap { product in
      let rungs = answers.filter { $0.product == product.id.rawValue }
      guard !rungs.isEmpty else { return nil }
      return Ladder(
        product: product.name,
        inferred: rungs.contains { $0.certainty == .inferred },
        rungs: rungs.map {
          Rung(
            level: $0.servicePack?.id ?? "", verdict: $0.verdict.rawValue, label: $0.verdict.label)
        })
    }
  }
}
