import Bytes
import GRDB
import KnowledgeBase
import SQLite

/// Makes an article of its rows.
enum ArticleReader {
  static func fetch(_ id: ArticleID, from database: Database) throws -> Article? {
    guard var article = try fetchWithoutText(id, from: database) else { return nil }
    let number = id.number
    article.sections = try sections(of: id, from: database)
    article.links = try links(
      """
      SELECT l.target AS number, coalesce(a.title, l.target_title) AS title
      FROM link l LEFT JOIN article a ON a.number = l.target
      WHERE l.source = ? ORDER BY l.position
      """, of: number, from: database)
    article.linkedFrom = try links(
      """
      SELECT l.source AS number, coalesce(a.title, l.source_title) AS title
      FROM link l LEFT JOIN article a ON a.number = l.source
      WHERE l.target = ? ORDER BY l.source
      """, of: number, from: database)
    article.notice =
      try String.fetchOne(
        try database.cachedStatement(
          sql: """
            SELECT n.text FROM article a JOIN notice n ON n.id = a.notice WHERE a.number = ?
            """),
        arguments: [number]) ?? ""
    return article
  }

  /// The article with its rules, but without sections, links and notice: some hundred bytes of
  /// head instead of all of its text.
  ///
  /// - Parameter product: Rules for others are left out; nil for all rules.
  static func fetchWithoutText(
    _ id: ArticleID, rulesFor product: ProductID? = nil, from database: Database
  ) throws -> Article? {
    // By place, not by name: to look up a column's name takes longer than to read it.
    let statement = try database.cachedStatement(
      sql: """
        SELECT date, source, title, "group", product, versions, applies_to, keywords, technology,
          issue_type, solution_type, query_words, operating_system, hardware, fields
        FROM article WHERE number = ?
        """)
    guard let row = try Row.fetchOne(statement, arguments: [id.number]) else { return nil }
    guard let date = CivilDate(iso8601: row[0] as String),
      let source = Article.Source(rawValue: row[1])
    else { throw UnreadableRow(table: "article", article: id) }
    return Article(
      id: id, title: row[2], date: date, group: row[3], product: row[4], versions: row[5],
      appliesTo: ArticleLists.values(row[6]), keywords: ArticleLists.values(row[7]),
      technology: ArticleLists.values(row[8]), issueType: row[9], solutionType: row[10],
      queryWords: ArticleLists.values(row[11]), sections: [], links: [], linkedFrom: [],
      fixes: try ArticleRules.fetch(id, for: product, from: database), source: source,
      operatingSystem: row[12], hardware: row[13], fields: ArticleLists.fields(row[14]),
      notice: "")
  }

  private static func sections(
    of id: ArticleID, from database: Database
  ) throws -> [Article.Section] {
    let statement = try database.cachedStatement(
      sql: "SELECT headings, text FROM article_text WHERE article = ?")
    let row = try Row.fetchOne(statement, arguments: [id.number])
    let sections = row.flatMap {
      ArticleSections.sections(headings: $0["headings"], text: $0["text"])
    }
    guard let sections else { throw UnreadableRow(table: "article_text", article: id) }
    return sections
  }

  private static func links(
    _ sql: String, of number: Int, from database: Database
  ) throws -> [Article.Link] {
    try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: [number])
      .compactMap { row in
        ArticleID(number: row["number"]).map { Article.Link(id: $0, title: row["title"]) }
      }
  }
}
