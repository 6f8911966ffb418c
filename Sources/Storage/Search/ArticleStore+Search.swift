import GRDB
import KnowledgeBase

extension ArticleStore {
  /// How many items a page has at most.
  public static let pageMax = 100

  /// The articles with all words of a query, best first; without words, those that the filters
  /// leave, newest number first. An article whose number is the query comes first of all.
  ///
  /// - Parameter limit: Items of the page, 1 to 100.
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; `InvalidCursor`.
  public func search(
    _ query: SearchQuery, filters: SearchFilters = SearchFilters(), limit: Int = 20,
    cursor: PageCursor? = nil
  ) throws -> SearchPage {
    let question =
      ["search", query.text] + filters.facets.flatMap { [$0.kind.rawValue, $0.value] }
    let offset = try PageCursor.offset(cursor, of: question)
    let limit = min(max(limit, 1), Self.pageMax)
    return try read("search") { database in
      guard let filter = try HitFilter(filters, in: database) else {
        return SearchPage(items: [], next: nil)
      }
      let exact = try query.articleID.flatMap { try filter.admits($0, in: database) ? $0 : nil }
      let before = exact == nil ? 0 : 1
      let skipped = max(0, offset - before)
      let wanted = offset < before ? limit - before : limit
      // One more than wanted tells whether there is a next page.
      var numbers = try filter.hits(
        query.match, except: exact, limit: wanted + 1, offset: skipped, in: database)
      let hasMore = numbers.count > wanted
      numbers = Array(numbers.prefix(wanted))
      if let exact, offset < before { numbers.insert(exact.number, at: 0) }
      return SearchPage(
        items: try numbers.compactMap { try Self.hit($0, query.match, in: database) },
        next: hasMore ? PageCursor(offset: offset + limit, of: question) : nil)
    }
  }

  private static func hit(
    _ number: Int, _ match: String?, in database: Database
  ) throws -> SearchHit? {
    let article = try Row.fetchOne(
      try database.cachedStatement(
        sql: "SELECT number, title, date, \"group\" FROM article WHERE number = ?"),
      arguments: [number])
    guard let article, let id = ArticleID(number: number) else { return nil }
    guard let date = CivilDate(iso8601: article["date"] as String) else {
      throw UnreadableRow(table: "article", article: id)
    }
    return SearchHit(
      id: id, title: article["title"], date: date, group: article["group"],
      snippet: MarkedText(try match.flatMap { try snippet(number, $0, in: database) } ?? ""))
  }

  /// The best passage of one hit. FTS5 reads the text again for it, so it is made for the hits
  /// that are shown and no others.
  private static func snippet(
    _ number: Int, _ match: String, in database: Database
  ) throws -> String? {
    try String.fetchOne(
      try database.cachedStatement(
        sql: """
          SELECT snippet(search, 4, char(0xE000), char(0xE001), '…', 32)
          FROM search WHERE search MATCH ? AND rowid = ?
          """),
      arguments: [match, number])
  }
}

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

  /// The numbers of a page of hits.
  ///
  /// Only numbers are ranked and cut off here: that is what FTS5 is fast at.
  func hits(
    _ match: String?, except: ArticleID?, limit: Int, offset: Int, in database: Database
  ) throws -> [Int] {
    guard limit > 0 else { return [] }
    let (source, arguments) = selection(match)
    let order = match == nil ? "number DESC" : "rank"
    return try Int.fetchAll(
      try database.cachedStatement(
        sql: "\(source) AND +number <> ? ORDER BY \(order) LIMIT ? OFFSET ?"),
      arguments: arguments + [except?.number ?? 0, limit, offset])
  }

  /// `SELECT number FROM …` of all hits, to which more conditions can be added.
  func selection(_ match: String?) -> (sql: String, arguments: StatementArguments) {
    // The unary plus keeps SQLite from searching the whole index once for each number of the list.
    func conditions(_ column: String, _ count: Int) -> String {
      String(
        repeating: " AND +\(column) IN (SELECT article FROM article_facet WHERE facet = ?)",
        count: count)
    }
    if let match {
      return (
        "SELECT rowid AS number FROM search WHERE search MATCH ?"
          + conditions("search.rowid", facets.count),
        [match] + StatementArguments(facets)
      )
    }
    guard !facets.isEmpty else { return ("SELECT number FROM article WHERE true", []) }
    return (
      "SELECT article AS number FROM article_facet WHERE facet = ?"
        + conditions("article", facets.count - 1),
      StatementArguments(facets)
    )
  }
}
