import Bytes
import GRDB
import KnowledgeBase
import SQLite

extension ArticleStore {
  /// The items on a page where the caller names no number.
  public static let pageDefault = 20
  /// The most items on a page.
  public static let pageMax = 100

  /// The most hits that are ranked, multiplied by the words of the query. Ranking takes some
  /// microseconds for each word of a hit.
  public static let rankingMax = 60_000

  /// The articles with all words of a query, best first; without words, those that the filters
  /// leave, newest number first. An article whose number is the query comes first of all. Where
  /// there are too many hits to rank them all, the newest are ranked.
  ///
  /// - Parameters:
  ///   - limit: Items of the page, 1 to 100.
  ///   - rankingMax: Hits times words that may be ranked.
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; `InvalidCursor`.
  public func search(
    _ query: SearchQuery, filters: SearchFilters = SearchFilters(), limit: Int = pageDefault,
    cursor: PageCursor? = nil, rankingMax: Int = rankingMax
  ) throws -> SearchPage {
    let question =
      ["search", query.text] + filters.facets.flatMap { [$0.kind.rawValue, $0.value] }
    let position = try PageCursor.position(cursor, of: question)
    let limit = min(max(limit, 1), Self.pageMax)
    return try read("search") { database in
      guard let filter = try HitFilter(filters, in: database) else {
        return SearchPage(items: [], next: nil)
      }
      guard let match = query.match else {
        return try Self.list(filter, below: position, limit, question, in: database)
      }
      let exact = try query.articleID.flatMap { try filter.admits($0, in: database) ? $0 : nil }
      // One word more: to find a hit takes time too.
      let rankedMax = max(1, rankingMax / (query.terms.count + 1))
      let found = try filter.count(match, limit: rankedMax + 1, in: database)
      if found == 0, exact == nil { return SearchPage(items: [], next: nil) }
      return try Self.ranked(
        filter, match, exact, newest: found > rankedMax ? rankedMax : nil,
        from: Int(UInt32(clamping: position ?? 0)), limit, question, in: database)
    }
  }

  /// A page of hits by rank, from a place on; the article that was named is at place 0.
  private static func ranked(
    _ filter: HitFilter, _ match: String, _ exact: ArticleID?, newest: Int?, from place: Int,
    _ limit: Int, _ question: [String], in database: Database
  ) throws -> SearchPage {
    var items: [SearchHit] = []
    if let exact, place == 0 {
      items += try hits(exactSQL, [match, exact.number], in: database)
    }
    let before = exact == nil ? 0 : 1
    let (tables, number, conditions, arguments) = filter.source(match)
    // One more than wanted tells whether there is a next page.
    let page: StatementArguments = [limit + 1 - items.count, max(0, place - before)]
    let others = "\(tables) WHERE \(conditions) AND +\(number) <> ?"
    if let newest {
      // FTS5 gives numbers out from the newest on, and ranks those that are taken.
      items += try hits(
        """
        SELECT a.number, a.title, a.date, a."group", \(passage) FROM (
          SELECT number FROM (
            SELECT \(number) AS number, rank AS score FROM \(others)
            ORDER BY \(number) DESC LIMIT ?
          ) AS hit ORDER BY score, number LIMIT ? OFFSET ?
        ) AS hit CROSS JOIN article AS a ON a.number = hit.number
        """,
        [match] + arguments + [exact?.number ?? 0, newest] + page, in: database)
    } else {
      // FTS5 sorts by rank itself and keeps where in an article the words stand: a snippet of a row
      // that it gives out costs no second look into the index, and rows beyond the limit cost none.
      items += try hits(
        """
        SELECT a.number, a.title, a.date, a."group", \(snippet)
        FROM \(tables) CROSS JOIN article AS a ON a.number = \(number)
        WHERE \(conditions) AND +\(number) <> ? ORDER BY rank LIMIT ? OFFSET ?
        """,
        arguments + [exact?.number ?? 0] + page, in: database)
    }
    return SearchPage(
      items: Array(items.prefix(limit)),
      next: items.count > limit
        ? PageCursor(UInt64(clamping: place + limit), of: question) : nil,
      ranked: newest)
  }

  /// A page of what the filters leave, newest number first, from below a number on.
  private static func list(
    _ filter: HitFilter, below position: UInt64?, _ limit: Int, _ question: [String],
    in database: Database
  ) throws -> SearchPage {
    let (tables, number, conditions, arguments) = filter.source(nil)
    let join = tables == "article" ? "" : " CROSS JOIN article ON article.number = \(number)"
    let items = try hits(
      """
      SELECT article.number, article.title, article.date, article."group", ''
      FROM \(tables)\(join) WHERE \(conditions) AND \(number) < ? ORDER BY \(number) DESC LIMIT ?
      """,
      arguments + [position.map { Int(clamping: $0) } ?? .max, limit + 1], in: database)
    let page = Array(items.prefix(limit))
    return SearchPage(
      items: page,
      next: items.count > limit
        ? page.last.map { PageCursor(UInt64(clamping: $0.id.number), of: question) } : nil)
  }

  /// The best passage of the text, with the words of the query marked.
  private static let snippet = "snippet(search, 4, char(0xE000), char(0xE001), '…', 32)"

  /// The passage of one article; empty if the words of the query aren't in it.
  private static let passage = """
    coalesce((SELECT \(snippet) FROM search WHERE search MATCH ? AND rowid = a.number), '')
    """

  /// The article of a number.
  private static let exactSQL = """
    SELECT a.number, a.title, a.date, a."group", \(passage) FROM article AS a WHERE a.number = ?
    """

  /// The rows of a statement that gives number, title, date, group and snippet.
  private static func hits(
    _ sql: String, _ arguments: StatementArguments, in database: Database
  ) throws -> [SearchHit] {
    let rows = try Row.fetchCursor(
      try database.cachedStatement(sql: sql), arguments: arguments)
    var hits: [SearchHit] = []
    while let row = try rows.next() {
      guard let id = ArticleID(number: row[0]), let date = CivilDate(iso8601: row[2] as String)
      else { throw UnreadableRow(table: "article", number: row[0]) }
      hits.append(
        SearchHit(id: id, title: row[1], date: date, group: row[3], snippet: MarkedText(row[4])))
    }
    return hits
  }
}
