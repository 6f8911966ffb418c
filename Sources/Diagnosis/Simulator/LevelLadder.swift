import KnowledgeBase

/// The fix verdict of a host and the verdict of every level of its product.
struct LevelLadder {
  let fix: FixVerdict
  /// Those of the product; none of a product that the catalogue doesn't have.
  let levels: [(servicePack: ServicePack, verdict: Verdict)]
  /// Said where the product had to be assumed, or none of its levels has a verdict.
  let assumption: String?

  /// - Throws: `UnknownLevelError` for a level that the product never had.
  init(
    article: Article, catalogue: ProductCatalogue, query: FixQuery?, servicePack: String?
  ) throws(UnknownLevelError) {
    let check = FixCheck(article, catalogue: catalogue)
    let assumed = FixQuery(
      product: ProductID.server.rawValue, servicePack: servicePack,
      kernelDate: query?.kernelDate, kernelVersion: query?.kernelVersion)
    let asked = query ?? assumed
    fix = try check.verdict(asked)
    guard let product = catalogue.product(named: asked.product) else {
      levels = []
      assumption = Assumptions.unknownProduct
      return
    }
    levels = product.ladder.map { ($0, check.verdict(of: product, at: $0).verdict) }
    if query == nil {
      assumption = Assumptions.noProduct
    } else {
      let isNamed = article.fixes.contains { $0.product == product.id }
      assumption = isNamed ? nil : Assumptions.noRule(article.id, product)
    }
  }

  /// Of a host that the article can't concern.
  init(notApplicable article: ArticleID, product: String, level: ServicePack?) {
    fix = FixVerdict(
      article: article, product: product, servicePack: level, verdict: .notApplicable, fixedIn: nil,
      certainty: .stated, evidence: [], notes: [])
    levels = []
    assumption = nil
  }
}
