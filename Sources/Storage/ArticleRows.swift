import GRDB
import KnowledgeBase

/// A row whose values this program doesn't know. Left out, it would turn an answer into another.
struct UnreadableRow: Error {
  var table: String
  var article: ArticleID
}

/// An article as rows of the knowledge base, and back.
enum ArticleRows {
  /// Replaces the article of the same number.
  static func store(_ article: Article, in database: Database) throws {
    let number = article.id.number
    try database.execute(sql: "DELETE FROM article WHERE number = ?", arguments: [number])
    try database.execute(sql: "DELETE FROM link WHERE source = ?", arguments: [number])
    try database.execute(
      sql: """
        INSERT INTO article
          (number, title, date, "group", product, versions, issue_type, solution_type, source)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        number, article.title, article.date.description, article.group, article.product,
        article.versions, article.issueType, article.solutionType, article.source.rawValue,
      ])
    for (kind, values) in lists(of: article) {
      for (position, value) in values.enumerated() {
        try database.execute(
          sql: "INSERT INTO article_value (article, kind, position, value) VALUES (?, ?, ?, ?)",
          arguments: [number, kind, position, value])
      }
    }
    for (position, section) in article.sections.enumerated() {
      try database.execute(
        sql: "INSERT INTO section (article, position, heading, text) VALUES (?, ?, ?, ?)",
        arguments: [number, position, section.heading, section.text])
    }
    try storeLinks(of: article, in: database)
    for (position, rule) in article.fixes.enumerated() {
      try store(rule, at: position, of: number, in: database)
    }
  }

  static func fetch(_ id: ArticleID, from database: Database) throws -> Article? {
    let number = id.number
    let statement = try database.cachedStatement(sql: "SELECT * FROM article WHERE number = ?")
    guard let row = try Row.fetchOne(statement, arguments: [number]) else { return nil }
    guard let date = CivilDate(iso8601: row["date"] as String),
      let source = Article.Source(rawValue: row["source"])
    else { throw UnreadableRow(table: "article", article: id) }
    return Article(
      id: id, title: row["title"], date: date, group: row["group"], product: row["product"],
      versions: row["versions"],
      appliesTo: try values("applies_to", of: number, from: database),
      keywords: try values("keyword", of: number, from: database),
      technology: try values("technology", of: number, from: database),
      issueType: row["issue_type"], solutionType: row["solution_type"],
      queryWords: try values("query_word", of: number, from: database),
      sections: try sections(of: number, from: database),
      links: try links(
        """
        SELECT l.target AS number, coalesce(a.title, l.target_title) AS title
        FROM link l LEFT JOIN article a ON a.number = l.target
        WHERE l.source = ? ORDER BY l.position
        """, of: number, from: database),
      linkedFrom: try links(
        """
        SELECT l.source AS number, coalesce(a.title, l.source_title) AS title
        FROM link l LEFT JOIN article a ON a.number = l.source
        WHERE l.target = ? ORDER BY l.source
        """, of: number, from: database),
      fixes: try rules(of: id, from: database),
      source: source)
  }

  private static func lists(of article: Article) -> [(kind: String, values: [String])] {
    [
      ("applies_to", article.appliesTo), ("keyword", article.keywords),
      ("technology", article.technology), ("query_word", article.queryWords),
    ]
  }

  private static func storeLinks(of article: Article, in database: Database) throws {
    let outgoing = article.links.enumerated().map { position, link in
      (article.id, article.title, link.id, link.title, position)
    }
    let incoming = article.linkedFrom.map { link in
      (link.id, link.title, article.id, article.title, 0)
    }
    for (source, sourceTitle, target, targetTitle, position) in outgoing + incoming {
      try database.execute(
        sql: """
          INSERT INTO link (source, target, position, source_title, target_title)
          VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
          """,
        arguments: [source.number, target.number, position, sourceTitle, targetTitle])
    }
  }

  private static func store(
    _ rule: FixRule, at position: Int, of number: Int, in database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO fix_rule
          (article, position, product, introduced, state, fixed, certainty, hotfix_level,
           hotfix_kernel_date, hotfix_source, hotfix_text)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        number, position, rule.product.rawValue, rule.introduced.id, rule.resolution.state,
        rule.resolution.level?.id, rule.certainty.rawValue, rule.hotfix?.level.id,
        rule.hotfix?.kernelDate.description, rule.hotfix?.evidence.source,
        rule.hotfix?.evidence.text,
      ])
    for (index, evidence) in rule.evidence.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO fix_evidence (article, rule, position, source, text) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [number, position, index, evidence.source, evidence.text])
    }
  }

  private static func values(
    _ kind: String, of number: Int, from database: Database
  ) throws -> [String] {
    let statement = try database.cachedStatement(
      sql: "SELECT value FROM article_value WHERE article = ? AND kind = ? ORDER BY position")
    return try String.fetchAll(statement, arguments: [number, kind])
  }

  private static func sections(
    of number: Int, from database: Database
  ) throws -> [Article.Section] {
    let statement = try database.cachedStatement(
      sql: "SELECT heading, text FROM section WHERE article = ? ORDER BY position")
    return try Row.fetchAll(statement, arguments: [number])
      .map { Article.Section(heading: $0["heading"], text: $0["text"]) }
  }

  private static func links(
    _ sql: String, of number: Int, from database: Database
  ) throws -> [Article.Link] {
    try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: [number])
      .compactMap { row in
        ArticleID(number: row["number"]).map { Article.Link(id: $0, title: row["title"]) }
      }
  }

  private static func rules(of id: ArticleID, from database: Database) throws -> [FixRule] {
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
      evidence: Evidence(source: row["hotfix_source"] ?? "", text: row["hotfix_text"] ?? ""))
  }

  private static func evidence(
    _ number: Int, rule: Int, from database: Database
  ) throws -> [Evidence] {
    let statement = try database.cachedStatement(
      sql: "SELECT source, text FROM fix_evidence WHERE article = ? AND rule = ? ORDER BY position")
    return try Row.fetchAll(statement, arguments: [number, rule])
      .map { Evidence(source: $0["source"], text: $0["text"]) }
  }
}
