import GRDB
import KnowledgeBase
import SQLite

/// The entries of Microsoft's fix lists, kept beside the articles: a list and the articles that it
/// names may come with different imports.
enum StoredFixLists {
  /// What a list says of an article.
  private struct Statement: Hashable {
    var article: Int
    var products: String
    var level: String
  }

  /// Stores a list in place of an earlier one of the same article.
  ///
  /// - Returns: The articles of which the earlier one said something that this one doesn't.
  static func store(_ list: FixList, in database: Database) throws -> Set<Int> {
    var withdrawn = try statements(removing: list.id, from: database)
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO fix_list_entry
          (article, list, position, list_title, title, products, level, line)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for (position, entry) in list.entries.enumerated() {
      let said = Statement(
        article: entry.article.number, products: ArticleLists.text(entry.products.map(\.rawValue)),
        level: entry.level.id)
      try statement.execute(arguments: [
        said.article, list.id.number, position, list.title, entry.title, said.products, said.level,
        entry.line,
      ])
      withdrawn.remove(said)
    }
    return Set(withdrawn.map(\.article))
  }

  /// - Returns: The articles that the list named.
  static func remove(_ list: ArticleID, from database: Database) throws -> Set<Int> {
    Set(try statements(removing: list, from: database).map(\.article))
  }

  private static func statements(
    removing list: ArticleID, from database: Database
  ) throws -> Set<Statement> {
    let statement = try database.cachedStatement(
      sql: "DELETE FROM fix_list_entry WHERE list = ? RETURNING article, products, level")
    let rows = try Row.fetchAll(statement, arguments: [list.number])
    return Set(rows.map { Statement(article: $0[0], products: $0[1], level: $0[2]) })
  }

  /// What the lists say of one article; nil if none names it.
  static func listings(of article: ArticleID, from database: Database) throws -> FixListings? {
    let statement = try database.cachedStatement(
      sql: "SELECT * FROM fix_list_entry WHERE article = ? ORDER BY list, position")
    let rows = try Row.fetchAll(statement, arguments: [article.number])
    guard !rows.isEmpty else { return nil }
    var listings = FixListings()
    for row in rows {
      guard let list = ArticleID(number: row["list"]),
        let level = ServicePack(rawValue: row["level"])
      else { throw UnreadableRow(table: "fix_list_entry", article: article) }
      listings.add(
        FixList(
          id: list, title: row["list_title"],
          entries: [
            FixList.Entry(
              article: article, title: row["title"],
              products: ArticleLists.values(row["products"]).map { ProductID(rawValue: $0) },
              level: level, line: row["line"])
          ]))
    }
    return listings
  }
}
