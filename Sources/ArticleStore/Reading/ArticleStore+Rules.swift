public import Bytes
import GRDB
public import KnowledgeBase
import SQLite

/// One page of the articles that have a fix rule for a product.
public struct RuledArticles: Sendable {
  /// An article and the date of its last revision.
  public struct Item: Hashable, Sendable {
    /// The article's number.
    public var id: ArticleID
    /// The date of the last revision; `CivilDate.unknown` if it couldn't be read.
    public var date: CivilDate
  }

  /// At most as many articles as were asked for, newest number first.
  public var items: [Item]
  /// Where the next page begins; nil on the last page.
  public var next: PageCursor?
}

extension ArticleStore {
  /// The articles that have a fix rule for a product, newest number first.
  ///
  /// - Parameter limit: Articles of the page, 1 to 100.
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long; `InvalidCursor`.
  public func articles(
    withRulesFor product: ProductID, limit: Int = pageMax, cursor: PageCursor? = nil
  ) throws -> RuledArticles {
    let question = ["rules", product.rawValue]
    let position = try PageCursor.position(cursor, of: question)
    let limit = min(max(limit, 1), Self.pageMax)
    return try read("list fix rules of") { database in
      // The facet of a product is on every article that has a rule for it.
      let numbers = try Int.fetchAll(
        try database.cachedStatement(
          sql: """
            SELECT f.article FROM article_facet AS f
            WHERE f.facet = (SELECT id FROM facet WHERE kind = ? AND value = ?) AND f.article < ?
            AND EXISTS (SELECT 1 FROM fix_rule WHERE article = f.article AND product = ?)
            ORDER BY f.article DESC LIMIT ?
            """),
        arguments: [
          ArticleFacet.Kind.product.rawValue, product.rawValue,
          position.map { Int(clamping: $0) } ?? .max, product.rawValue, limit + 1,
        ])
      let date = try database.cachedStatement(sql: "SELECT date FROM article WHERE number = ?")
      let items = try numbers.prefix(limit).map { number in
        guard let id = ArticleID(number: number),
          let text = try String.fetchOne(date, arguments: [number]),
          let date = CivilDate(iso8601: text)
        else { throw UnreadableRow(table: "article", number: number) }
        return RuledArticles.Item(id: id, date: date)
      }
      return RuledArticles(
        items: items,
        next: numbers.count > limit
          ? items.last.map { PageCursor(UInt64(clamping: $0.id.number), of: question) } : nil)
    }
  }

  /// Those of `ids` that the knowledge base has, in that order, with their rules, but without
  /// sections, links and notice: what is said of many articles at once doesn't read their text.
  ///
  /// - Parameter product: Rules for others are left out; nil for all rules.
  /// - Throws: `StorageError`.
  public func articlesWithoutText(
    _ ids: [ArticleID], rulesFor product: ProductID? = nil
  ) throws -> [Article] {
    try read("read fix rules from") { database in
      try ids.compactMap {
        try ArticleReader.fetchWithoutText($0, rulesFor: product, from: database)
      }
    }
  }
}
