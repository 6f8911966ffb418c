import GRDB

extension ArticleStore {
  /// Values of a kind that are told.
  private static let valuesMax = 20

  /// The most hits whose facets are counted, so that a word in every article doesn't take long.
  public static let facetedMax = 10_000

  /// The number of all hits of a search, and the facets of the newest `countedMax` of them.
  ///
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long.
  public func facets(
    _ query: SearchQuery, filters: SearchFilters = SearchFilters(),
    countedMax: Int = facetedMax
  ) throws -> SearchFacets {
    try read("search") { database in
      guard let filter = try HitFilter(filters, in: database) else { return SearchFacets(total: 0) }
      if query.match == nil, filter.isEmpty { return try Self.ofAllArticles(in: database) }
      let total = try filter.count(query.match, in: database)
      guard total > 0 else { return SearchFacets(total: 0) }
      let (tables, number, conditions, arguments) = filter.source(query.match)
      let rows = try Row.fetchCursor(
        try database.cachedStatement(
          sql: """
            SELECT f.facet FROM (
              SELECT \(number) AS number FROM \(tables) WHERE \(conditions)
              ORDER BY \(number) DESC LIMIT ?
            ) AS hit CROSS JOIN article_facet AS f ON f.article = hit.number
            """),
        arguments: arguments + [countedMax])
      var counts: [Int64: Int] = [:]
      while let row = try rows.next() { counts[row[0], default: 0] += 1 }
      return try named(
        counts, SearchFacets(total: total, counted: min(total, countedMax)), in: database)
    }
  }

  /// The facets' names, for those that are told.
  private func named(
    _ counts: [Int64: Int], _ facets: SearchFacets, in database: Database
  ) throws -> SearchFacets {
    let statement = try database.cachedStatement(
      sql: "SELECT kind, value FROM facet WHERE id = ?")
    var result = facets
    // By count, and then by id, so that the same search gives the same answer.
    for (id, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      guard let row = try Row.fetchOne(statement, arguments: [id]),
        let kind = ArticleFacet.Kind(rawValue: row["kind"]), let list = kind.list,
        result[keyPath: list].count < Self.valuesMax
      else { continue }
      result[keyPath: list].append(FacetCount(value: row["value"], count: count))
    }
    return result
  }

  private static func ofAllArticles(in database: Database) throws -> SearchFacets {
    let total = try Int.fetchOne(
      try database.cachedStatement(sql: "SELECT count(*) FROM article"))
    let statement = try database.cachedStatement(
      sql: """
        SELECT value, articles FROM facet WHERE kind = ? AND articles > 0
        ORDER BY articles DESC LIMIT ?
        """)
    var result = SearchFacets(total: total ?? 0)
    for kind in ArticleFacet.Kind.allCases {
      guard let list = kind.list else { continue }
      result[keyPath: list] = try Row.fetchAll(
        statement, arguments: [kind.rawValue, Self.valuesMax]
      ).map { FacetCount(value: $0["value"], count: $0["articles"]) }
    }
    return result
  }
}

extension ArticleFacet.Kind {
  /// Where a facet of this kind is told; nil if it isn't.
  fileprivate var list: WritableKeyPath<SearchFacets, [FacetCount]>? {
    switch self {
    case .product: \.product
    case .group: \.group
    case .year: \.year
    case .fixedIn: \.fixedIn
    case .keyword: \.keyword
    case .productFixedIn: nil
    }
  }
}
