import KnowledgeBase

/// A value that a search can be narrowed down to.
struct ArticleFacet: Hashable {
  enum Kind: String, CaseIterable {
    case product, group, year, keyword
    case fixedIn = "fixed_in"
    /// A product and a level of it together, as `windows-nt-server-4.0 SP4`.
    case productFixedIn = "product_fixed_in"
  }

  var kind: Kind
  var value: String

  static func fixed(_ product: ProductID, in level: ServicePack) -> ArticleFacet {
    ArticleFacet(kind: .productFixedIn, value: "\(product) \(level.id)")
  }

  /// The facets of an article, each once. Its products are those that it applies to or that a rule
  /// is about.
  static func all(of article: Article, catalogue: ProductCatalogue) -> Set<ArticleFacet> {
    var facets: Set<ArticleFacet> = []
    func add(_ kind: Kind, _ value: String) {
      if !value.isEmpty { facets.insert(ArticleFacet(kind: kind, value: value)) }
    }
    add(.group, article.group)
    if article.date != .unknown { add(.year, String(article.date.year)) }
    for keyword in article.keywords { add(.keyword, keyword) }
    for product in catalogue.products(appliedTo: article.appliesTo) {
      add(.product, product.rawValue)
    }
    for rule in article.fixes {
      add(.product, rule.product.rawValue)
      if let level = rule.resolution.level {
        add(.fixedIn, level.id)
        facets.insert(.fixed(rule.product, in: level))
      }
    }
    return facets
  }
}
