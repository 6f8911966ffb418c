public import Bytes
public import KnowledgeBase

/// Filters of a search. An article must pass all that are set.
public struct SearchFilters: Hashable, Sendable {
  /// A product that the article applies to or has a rule for; nil for any.
  public var product: ProductID?
  /// The archive's group, such as `winnt`; nil for any.
  public var group: String?
  /// The year of the last revision; nil for any.
  public var year: Int?
  /// The first level with the fix: of `product` if that is set, else of any product; nil for any level.
  public var fixedIn: ServicePack?
  /// A keyword of the trailer, such as `kbWinNT400sp4fix`; nil for any.
  public var keyword: String?

  /// Filters; without any, all articles pass.
  public init(
    product: ProductID? = nil, group: String? = nil, year: Int? = nil,
    fixedIn: ServicePack? = nil, keyword: String? = nil
  ) {
    self.product = product
    self.group = group
    self.year = year
    self.fixedIn = fixedIn
    self.keyword = keyword
  }

  var facets: [ArticleFacet] {
    var facets: [ArticleFacet] = []
    switch (product, fixedIn) {
    case (let product?, let level?): facets.append(.fixed(product, in: level))
    case (let product?, nil): facets.append(.init(kind: .product, value: product.rawValue))
    case (nil, let level?): facets.append(.init(kind: .fixedIn, value: level.id))
    case (nil, nil): break
    }
    if let group { facets.append(.init(kind: .group, value: group)) }
    if let year { facets.append(.init(kind: .year, value: String(year))) }
    if let keyword { facets.append(.init(kind: .keyword, value: keyword)) }
    return facets
  }
}

/// One article that a search found.
public struct SearchHit: Hashable, Sendable, Encodable {
  /// The article's number.
  public var id: ArticleID
  /// The article's title.
  public var title: String
  /// The date of the last revision; `CivilDate.unknown` if it couldn't be read.
  public var date: CivilDate
  /// The archive's group, such as `winnt`.
  public var group: String
  /// The passage with the most of the words; empty if the search had none.
  public var snippet: MarkedText
}

/// One page of a search, best hits first.
public struct SearchPage: Hashable, Sendable {
  /// At most as many hits as were asked for. Without words to search for they are not ranked.
  public var items: [SearchHit]
  /// Where the next page begins; nil on the last page.
  public var next: PageCursor?
  /// The number of hits that were ranked, which are the newest, if there were too many to rank them all;
  /// else nil.
  public var ranked: Int?
}

/// A facet value with the number of hits that have it.
public struct FacetCount: Hashable, Sendable, Encodable {
  /// The value as a filter takes it, such as `SP4`.
  public var value: String
  /// The number of hits that have it.
  public var count: Int
}

/// The values of the hits of a search, most frequent first, at most 20 of a kind.
public struct SearchFacets: Hashable, Sendable, Encodable {
  /// The number of all hits.
  public var total: Int
  /// The number of hits whose values are counted. If that is fewer than `total`, they are the newest.
  public var counted: Int
  /// Product ids, such as `windows-nt-server-4.0`.
  public var product: [FacetCount] = []
  /// Groups of the archive, such as `winnt`.
  public var group: [FacetCount] = []
  /// Years of the last revision.
  public var year: [FacetCount] = []
  /// Levels with the fix, such as `SP4`.
  public var fixedIn: [FacetCount] = []
  /// Keywords of the trailer, such as `kbWinNT400sp4fix`.
  public var keyword: [FacetCount] = []

  init(total: Int, counted: Int? = nil) {
    self.total = total
    self.counted = counted ?? total
  }

  private enum CodingKeys: String, CodingKey {
    case total, counted, product, group, year
    case fixedIn = "fixed_in"
    case keyword
  }
}

/// An article that is suggested while somebody is still typing.
public struct SearchSuggestion: Hashable, Sendable, Encodable {
  /// The article's number.
  public var id: ArticleID
  /// The article's title.
  public var title: String
}
