import GRDB
import KnowledgeBase

/// The entries of Microsoft's fix lists, kept beside the articles: a list and the articles that it
/// names may come with different imports.
enum StoredFixLists {
  /// Stores a list in place of an earlier one of the same article.
  static func store(_ list: FixList, in database: Database) throws {
    try remove(list.id, from: database)
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO fix_list_entry
          (article, list, position, list_title, title, products, level, line)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for (position, entry) in list.entries.enumerated() {
      try statement.execute(arguments: [
        entry.article.number, list.id.number, position, list.title, entry.title,
        ArticleLists.text(entry.products.map(\.rawValue)), entry.level.id, entry.line,
      ])
    }
  }

  static func remove(_ list: ArticleID, from database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM fix_list_entry WHERE list = ?")
      .execute(arguments: [list.number])
  }

  /// The articles that a list names.
  static func articles(of list: ArticleID, from database: Database) throws -> [Int] {
    let statement = try database.cachedStatement(
      sql: "SELECT DISTINCT article FROM fix_list_entry WHERE list = ?")
    return try Int.fetchAll(statement, arguments: [list.number])
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
