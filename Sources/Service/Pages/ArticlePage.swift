import KnowledgeBase

/// `/kb/{id}`: the article, its facts, and where on each product's ladder it is fixed.
struct ArticlePage {
  /// One section as the page shows it.
  struct Section {
    var heading: String
    var anchor: String
    var paragraphs: [String]
  }

  /// A link to another article.
  struct Link {
    var id: String
    var path: String
    var title: String
    /// Whether there is a page to go to.
    var isPresent: Bool
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
  var date: String
  var group: String
  var product: String
  var versions: String
  var appliesTo: [String]
  var keywords: [String]
  var technology: [String]
  var issueType: String
  var solutionType: String
  var sections: [Section]
  var links: [Link]
  var linkedFrom: [Link]
  var hasLinkedFrom: Bool
  var ladders: [Ladder]
  var isRestated: Bool
  var jsonPath: String
  var textPath: String
  var form: FormChoices

  /// - Parameters:
  ///   - present: the linked articles that the knowledge base has.
  init(_ article: Article, present: Set<ArticleID>, catalogue: ProductCatalogue) {
    title = article.title
    id = article.id.description
    date = article.date.description
    group = article.group
    product = article.product
    versions = article.versions
    appliesTo = article.appliesTo
    keywords = article.keywords
    technology = article.technology
    issueType = article.issueType
    solutionType = article.solutionType
    sections = article.sections.map { section in
      Section(
        heading: section.heading, anchor: Self.anchor(section.heading),
        paragraphs: Self.paragraphs(section.text))
    }
    func page(_ link: Article.Link) -> Link {
      Link(
        id: link.id.description, path: Route.article(link.id.description).path, title: link.title,
        isPresent: present.contains(link.id))
    }
    links = article.links.map(page)
    linkedFrom = article.linkedFrom.map(page)
    hasLinkedFrom = !article.linkedFrom.isEmpty
    ladders = Self.ladders(FixCheck(article, catalogue: catalogue))
    isRestated = article.source == .restated
    jsonPath = Route.articleFile(article.id.description, .json).path
    textPath = Route.articleFile(article.id.description, .text).path
    form = FormChoices(catalogue)
  }

  /// `MORE INFORMATION` as `more-information`.
  private static func anchor(_ heading: String) -> String {
    heading.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
  }

  /// Texts between empty lines.
  private static func paragraphs(_ text: String) -> [String] {
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        paragraphs.append([])
      } else {
        paragraphs[paragraphs.count - 1].append(line)
      }
    }
    return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
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
