import GRDB
import KnowledgeBase

/// The facets that hits must have, as rows of this file.
struct HitFilter {
  private let facets: [Int64]

  /// Nil if a filter's value is that of no article.
  init?(_ filters: SearchFilters, in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT id FROM facet WHERE kind = ? AND value = ?")
    var facets: [Int64] = []
    for facet in filters.facets {
      guard
        let id = try Int64.fetchOne(statement, arguments: [facet.kind.rawValue, facet.value])
      else { return nil }
      facets.append(id)
    }
    self.facets = facets
  }

  var isEmpty: Bool { facets.isEmpty }

  /// Whether the article is there and has all of the facets.
  func admits(_ id: ArticleID, in database: Database) throws -> Bool {
    let article = try database.cachedStatement(sql: "SELECT 1 FROM article WHERE number = ?")
    let facet = try database.cachedStatement(
      sql: "SELECT 1 FROM article_facet WHERE facet = ? AND article = ?")
    guard try Int.fetchOne(article, arguments: [id.number]) != nil else { return false }
    return try facets.allSatisfy {
      try Int.fetchOne(facet, arguments: [$0, id.number]) != nil
    }
  }

  /// How many hits there are. It costs little, because nothing is ranked.
  ///
  /// - Parameter limit: More than this aren't counted.
  func count(_ match: String?, limit: Int = .max, in database: Database) throws -> Int {
    let (tables, _, conditions, arguments) = source(match)
    return try Int.fetchOne(
      try database.cachedStatement(
        sql: "SELECT count(*) FROM (SELECT 1 FROM \(tables) WHERE \(conditions) LIMIT ?) AS hit"),
      arguments: arguments + [limit]) ?? 0
  }

  /// What stands behind `SELECT … ` of all hits, to which more conditions can be added: the tables,
  /// the column with an article's number, and the conditions.
  func source(
    _ match: String?
  ) -> (tables: String, number: String, conditions: String, arguments: StatementArguments) {
    if let match {
      return (
        "search", "search.rowid",
        "search MATCH ?" + conditions("search.rowid", facets.count),
        [match] + StatementArguments(facets)
      )
    }
    guard !facets.isEmpty else { return ("article", "article.number", "true", []) }
    return (
      "article_facet", "article_facet.article",
      "article_facet.facet = ?" + conditions("article_facet.article", facets.count - 1),
      StatementArguments(facets)
    )
  }

  // The unary plus keeps SQLite from searching the whole index once for each number of the list.
  private func conditions(_ column: String, _ count: Int) -> String {
    String(
      repeating: " AND +\(column) IN (SELECT article FROM article_facet WHERE facet = ?)",
      count: count)
  }
}
