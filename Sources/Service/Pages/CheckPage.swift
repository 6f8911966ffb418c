import KnowledgeBase
import UseCases
import Web

/// `/check`: one fix question and its answer.
struct CheckPage {
  /// The answer as the page shows it.
  struct Answer {
    var verdict: String
    var label: String
    var sign: String
    var sentence: String
    var inferred: Bool
    var evidence: [Source]
    var notes: [String]
    var ladder: FixLadder?
    /// What else the level lacks.
    var missingPath: String?
  }

  /// Where a part of the answer stands; `path` leads there, where there is a place to lead to.
  struct Source {
    var name: String
    var path: String?
    var text: String
  }

  var title = "Is it fixed at this level?"
  var article: String
  var articlePath: String
  var articleTitle: String
  var form: FormChoices
  var answer: Answer?
  /// Why the question can't be answered as it was put.
  var refusal: String?

  /// - Parameters:
  ///   - present: the articles that evidence may link to.
  init(
    _ article: Article, catalogue: ProductCatalogue, query: FixQuery? = nil,
    answer: FixVerdict? = nil, present: Set<ArticleID> = [], refusal: String? = nil,
    reported: String? = nil
  ) {
    self.article = article.id.description
    articlePath = Route.article.path(article.id.description)
    articleTitle = article.title
    self.refusal = refusal
    let product = query.flatMap { catalogue.product(named: $0.product) }
    let named = article.fixes.contains { $0.product == product?.id }
    form =
      product == nil || named
      ? FormChoices(
        catalogue, of: article, product: product?.id.rawValue, level: answer?.servicePack?.id)
      : FormChoices(catalogue, product: product?.id.rawValue, level: answer?.servicePack?.id)
    form.reported = reported ?? ""
    guard let answer else { return }
    // Nobody's words but our own stand in a sentence of ours.
    let name = product?.name ?? "a product of that name"
    let level = answer.servicePack.map { " at \($0.id)" } ?? ""
    if let product { title = product.name + level }
    self.answer = Answer(
      verdict: answer.verdict.rawValue, label: answer.verdict.label, sign: answer.verdict.sign,
      sentence: Self.sentence(answer, product: name, level: level),
      inferred: answer.certainty == .inferred,
      evidence: answer.evidence.map { Self.source($0, of: article, present: present) },
      notes: answer.notes,
      ladder: named
        ? product.map {
          FixLadder(
            $0, check: FixCheck(article, catalogue: catalogue),
            asked: answer.candidates.isEmpty
              ? answer.servicePack.map { [$0] } ?? [] : answer.candidates)
        } : nil,
      missingPath: product.flatMap { product in
        answer.servicePack.map {
          Target(
            Route.missingPage.path(), [("product", product.id.rawValue), ("service_pack", $0.id)]
          ).text
        }
      })
  }

  private static func source(
    _ evidence: Evidence, of article: Article, present: Set<ArticleID>
  ) -> Source {
    let page = Route.article.path(article.id.description)
    var path: String?
    if article.sections.contains(where: { $0.heading == evidence.source }) {
      let words = evidence.source.lowercased().split { !$0.isLetter && !$0.isNumber }
      path = "\(page)#\(words.joined(separator: "-"))"
    } else if let other = ArticleID(evidence.source), present.contains(other) {
      path = Route.article.path(other.description)
    }
    return Source(name: evidence.source, path: path, text: evidence.text)
  }

  private static func sentence(_ answer: FixVerdict, product: String, level: String) -> String {
    switch answer.verdict {
    case .affected:
      let fix = answer.fixedIn.map { "; \($0.id) is the first level with the correction" } ?? ""
      return "\(product)\(level) has this bug\(fix)."
    case .fixed: return "\(product)\(level) has the correction."
    case .notListed, .notApplicable: return "The article says nothing of \(product)\(level)."
    case .unknown: return "Whether \(product) has this bug depends on its service pack."
    }
  }
}
