import GRDB
public import KnowledgeBase

/// An article whose bug is there at a level.
public struct MissingArticle: Hashable, Sendable, Encodable {
  public var id: ArticleID
  public var title: String
  public var date: CivilDate
  public var group: String
  /// What ends the bug, as `FixRule.Resolution.state`: `fixed`, `hotfix`, `later_version`, `none`.
  public var state: String
  /// The first level with the correction, for the state `fixed`.
  public var fixedIn: ServicePack?

  private enum CodingKeys: String, CodingKey {
    case id, title, date, group, state
    case fixedIn = "fixed_in"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(title, forKey: .title)
    try container.encode(date, forKey: .date)
    try container.encode(group, forKey: .group)
    try container.encode(state, forKey: .state)
    // Null says that no level has it; a missing key would say nothing.
    try container.encode(fixedIn, forKey: .fixedIn)
  }
}

/// Some of the articles that a level lacks.
public struct MissingPage: Hashable, Sendable {
  public var items: [MissingArticle]
  /// Nil if these are the last.
  public var next: PageCursor?
}

extension ArticleStore {
  /// The articles with the verdict `affected` for a product at a level, newest fix first: what only
  /// a hotfix corrects, then by level, then what only a later version corrects, then the rest.
  ///
  /// - Parameters:
  ///   - query: Words that the articles must have; an empty one asks for nothing.
  ///   - limit: Items of the page, 1 to 100.
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; `InvalidCursor`.
  public func missing(
    product: ProductID, at level: ServicePack, query: SearchQuery? = nil, limit: Int = 20,
    cursor: PageCursor? = nil
  ) throws -> MissingPage {
    let question = ["missing", product.rawValue, level.id, query?.text ?? ""]
    let offset = try PageCursor.offset(cursor, of: question)
    let limit = min(max(limit, 1), Self.pageMax)
    return try read("list what is missing from") { database in
      let (sql, arguments) = Self.missing(product, level, query)
      // One more than wanted tells whether there is a next page.
      let items = try Row.fetchAll(
        try database.cachedStatement(sql: sql + " LIMIT ? OFFSET ?"),
        arguments: arguments + [limit + 1, offset]
      ).map(Self.missing)
      return MissingPage(
        items: Array(items.prefix(limit)),
        next: items.count > limit ? PageCursor(offset: offset + limit, of: question) : nil)
    }
  }

  /// Calls `body` with each article of `missing`, in the same order.
  ///
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; what `body` throws.
  public func forEachMissing(
    product: ProductID, at level: ServicePack, query: SearchQuery? = nil,
    _ body: (MissingArticle) throws -> Void
  ) throws {
    try read("list what is missing from") { database in
      let (sql, arguments) = Self.missing(product, level, query)
      let rows = try Row.fetchCursor(
        try database.cachedStatement(sql: sql), arguments: arguments)
      while let row = try rows.next() { try body(try Self.missing(row)) }
    }
  }

  private static func missing(
    _ product: ProductID, _ level: ServicePack, _ query: SearchQuery?
  ) -> (sql: String, arguments: StatementArguments) {
    let rank = Int(level.rank)
    var arguments: StatementArguments = [product.rawValue, rank, rank]
    var words = ""
    if let match = query?.match {
      words = " AND m.article IN (SELECT rowid FROM search WHERE search MATCH ?)"
      arguments += [match]
    }
    return (
      """
      SELECT a.number, a.title, a.date, a."group", m.state, m.fixed
      FROM affected AS m CROSS JOIN article AS a ON a.number = m.article
      WHERE m.product = ? AND m.introduced <= ? AND (m.until > ? OR m.until IS NULL)\(words)
      ORDER BY m.place DESC, m.article DESC
      """, arguments
    )
  }

  private static func missing(_ row: Row) throws -> MissingArticle {
    let id = ArticleID(number: row[0])
    guard let id else { throw UnreadableRow(table: "affected", article: Article.q179827.id) }
    guard let date = CivilDate(iso8601: row[2] as String) else {
      throw UnreadableRow(table: "article", article: id)
    }
    return MissingArticle(
      id: id, title: row[1], date: date, group: row[3], state: row[4],
      fixedIn: (row[5] as String?).flatMap { ServicePack(rawValue: $0) })
  }
}
