import GRDB
import KnowledgeBase

/// A row whose values this program doesn't know. Left out, it would turn an answer into another.
struct UnreadableRow: Error {
  var table: String
  /// The article's number.
  var number: Int

  init(table: String, number: Int) {
    self.table = table
    self.number = number
  }

  init(table: String, article: ArticleID) { self.init(table: table, number: article.number) }
}

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
  static func fetchWithoutText(_ id: ArticleID, from database: Database) throws -> Article? {
    let statement = try database.cachedStatement(sql: "SELECT * FROM article WHERE number = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id.number]) else { return nil }
    guard let date = CivilDate(iso8601: row["date"] as String),
      let source = Article.Source(rawValue: row["source"])
    else { throw UnreadableRow(table: "article", article: id) }
    return Article(
      id: id, title: row["title"], date: date, group: row["group"], product: row["product"],
      versions: row["versions"], appliesTo: ArticleLists.values(row["applies_to"]),
      keywords: ArticleLists.values(row["keywords"]),
      technology: ArticleLists.values(row["technology"]),
      issueType: row["issue_type"], solutionType: row["solution_type"],
      queryWords: ArticleLists.values(row["query_words"]),
      sections: [], links: [], linkedFrom: [], fixes: try rules(of: id, from: database),
      source: source, operatingSystem: row["operating_system"], hardware: row["hardware"],
      fields: ArticleLists.fields(row["fields"]), notice: "")
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

  static func rules(of id: ArticleID, from database: Database) throws -> [FixRule] {
    let number = id.number
    let statement = try database.cachedStatement(
      sql: "SELECT * FROM fix_rule WHERE article = ? ORDER BY position")
    return try Row.fetchAll(statement, arguments: [number]).map { row in
      guard let introduced = ServicePack(rawValue: row["introduced"]),
        let resolution = FixRule.Resolution(
          state: row["state"],
          level: (row["fixed"] as String?).flatMap { ServicePack(rawValue: $0) }),
        let certainty = Certainty(rawValue: row["certainty"])
      else { throw UnreadableRow(table: "fix_rule", article: id) }
      return FixRule(
        product: ProductID(rawValue: row["product"]), introduced: introduced,
        resolution: resolution, certainty: certainty, hotfix: hotfix(row),
        evidence: try evidence(number, rule: row["position"], from: database))
    }
  }

  private static func hotfix(_ row: Row) -> FixRule.Hotfix? {
    guard let level = (row["hotfix_level"] as String?).flatMap({ ServicePack(rawValue: $0) }),
      let date = (row["hotfix_kernel_date"] as String?).flatMap({ CivilDate(iso8601: $0) })
    else { return nil }
    return FixRule.Hotfix(
      level: level, kernelDate: date,
      evidence: Evidence(
        source: row["hotfix_source"] ?? "", text: row["hotfix_text"] ?? "",
        line: row["hotfix_line"]))
  }

  private static func evidence(
    _ number: Int, rule: Int, from database: Database
  ) throws -> [Evidence] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT source, text, line FROM fix_evidence WHERE article = ? AND rule = ?
        ORDER BY position
        """)
    return try Row.fetchAll(statement, arguments: [number, rule])
      .map { Evidence(source: $0["source"], text: $0["text"], line: $0["line"]) }
  }
}
