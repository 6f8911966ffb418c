import ArticleStore
import Diagnosis
import KnowledgeBase
import Web

/// What is in the knowledge base, in numbers: each leads to the articles that it counts.
struct KnowledgeBaseContents {
  /// A value and how many articles have it.
  struct Share {
    var label: String
    var count: String
    var path: String
    /// Of the largest share, 0 to 100.
    var width: Int
  }

  var total: String
  var isSingle: Bool
  var products: [Share]
  var groups: [Share]
  var levels: [Share]
  /// A few articles need no statistics.
  var hasShares: Bool

  private static let sharesMax = 6

  init(_ facets: SearchFacets, catalogue: ProductCatalogue) {
    total = HumanText.number(Double(facets.total))
    isSingle = facets.total == 1
    hasShares = facets.total > 20
    products = Self.shares(facets.product, "product") {
      catalogue[ProductID(rawValue: $0)]?.name ?? $0
    }
    groups = Self.shares(facets.group, "group") { $0 }
    levels = Self.shares(facets.fixedIn, "fixed_in") { $0 }
  }

  private static func shares(
    _ counts: [FacetCount], _ name: String, label: (String) -> String
  ) -> [Share] {
    let largest = max(counts.map(\.count).max() ?? 1, 1)
    return counts.prefix(sharesMax).map { count in
      Share(
        label: label(count.value), count: HumanText.number(Double(count.count)),
        path: Target(Route.search.path(), [(name, count.value)]).text,
        width: count.count * 100 / largest)
    }
  }
}
