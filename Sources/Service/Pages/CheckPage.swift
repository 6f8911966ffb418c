import KnowledgeBase

/// `/check`: one fix question and its answer.
struct CheckPage {
  /// The answer as the page shows it.
  struct Answer {
    var verdict: String
    var label: String
    var sentence: String
    var inferred: Bool
    var evidence: [Evidence]
    var notes: [String]
  }

  var title = "Is it fixed at this level?"
  var article: String
  var articlePath: String
  var articleTitle: String
  var form: FormChoices
  var answer: Answer?

  init(_ article: Article, catalogue: ProductCatalogue, query: FixQuery?, answer: FixVerdict?) {
    self.article = article.id.description
    articlePath = Route.article(article.id.description).path
    articleTitle = article.title
    form = FormChoices(
      catalogue, product: query.flatMap { catalogue.product(named: $0.product)?.id.rawValue },
      level: answer?.servicePack?.id)
    self.answer = answer.map { answer in
      let product = catalogue.product(named: answer.product)?.name ?? answer.product
      return Answer(
        verdict: answer.verdict.rawValue, label: answer.verdict.label,
        sentence: Self.sentence(answer, product: product), inferred: answer.certainty == .inferred,
        evidence: answer.evidence, notes: answer.notes)
    }
  }

  private static func sentence(_ answer: FixVerdict, product: String) -> String {
    let level = answer.servicePack.map { " at \($0.id)" } ?? ""
    switch answer.verdict {
    case .affected:
      let fix = answer.fixedIn.map { "; \($0.id) is the first level with the correction" } ?? ""
      return "\(product)\(level) has this bug\(fix)."
    case .fixed: return "\(product)\(level) has the correction."
    case .notListed: return "The article says nothing of \(product)\(level)."
    case .unknown: return "Whether \(product) has this bug depends on its service pack."
    }
  }
}
