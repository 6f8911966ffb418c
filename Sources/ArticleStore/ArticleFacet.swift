import Bytes
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

  /// The facets of an article, each once, in an order of their own.
  ///
  /// - Parameter products: Those that it applies to; those that its rules are about are added.
  static func all(of article: Article, products: [ProductID]) -> [ArticleFacet] {
    var facets: [ArticleFacet] = []
    func add(_ kind: Kind, _ values: [String]) {
      var last = ""
      for value in values.count > 1 ? values.sorted() : values where value != last {
        facets.append(ArticleFacet(kind: kind, value: value))
        last = value
      }
    }
    let fixed = article.fixes.compactMap { rule in
      rule.resolution.level.map { (product: rule.product, level: $0) }
    }
    add(.fixedIn, fixed.map(\.level.id))
    add(.group, [article.group])
    add(.keyword, article.keywords)
    add(.product, (products + article.fixes.map(\.product)).map(\.rawValue))
    add(.productFixedIn, fixed.map { Self.fixed($0.product, in: $0.level).value })
    add(.year, article.date == .unknown ? [] : [String(article.date.year)])
    return facets
  }
}
