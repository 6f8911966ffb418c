import KnowledgeBase

/// The fix verdict of a host and the verdict of every level of its product.
struct LevelLadder {
  let fix: FixVerdict
  let levels: [(servicePack: ServicePack, verdict: Verdict)]
  /// Said where the product had to be assumed.
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
    let isListed = fix.verdict != .notListed
    let known = isListed ? catalogue.product(named: asked.product) : nil
    if query == nil {
      assumption = Assumptions.noProduct
    } else {
      assumption = known == nil ? Assumptions.serverLadder : nil
    }
    let product = known ?? catalogue[ProductID.server]
    levels = (product?.ladder ?? []).compactMap { level in
      product.map { (level, check.verdict(of: $0, at: level).verdict) }
    }
  }
}
