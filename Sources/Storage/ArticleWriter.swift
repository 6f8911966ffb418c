import GRDB
import KnowledgeBase

/// Writes articles into a knowledge base that is being built. Its statements are compiled once.
///
/// Foreign keys are not checked on that connection: rows of an article are deleted and written
/// together here, and a test asks SQLite whether all of them hold.
struct ArticleWriter {
  private var index: SearchIndexWriter
  private var facets: [ArticleFacet: Int] = [:]
  private var notices: [String: Int] = [:]
  private let database: Database
  private let exists: Statement
  private let deletions: [RowStatement]
  private let ruleDeletions: [RowStatement]
  private let article: RowStatement
  private let text: RowStatement
  private let link: RowStatement
  private let rule: RowStatement
  private let evidence: RowStatement
  private let affected: RowStatement
  private let facet: RowStatement
  private let articleFacet: RowStatement

  init(_ database: Database) throws {
    self.database = database
    index = try SearchIndexWriter(database)
    func statement(_ sql: String) throws -> RowStatement { try RowStatement(database, sql) }
    exists = try database.makeStatement(sql: "SELECT 1 FROM article WHERE number = ?")
    ruleDeletions = try ["fix_evidence", "fix_rule", "affected", "article_facet"].map {
      try statement("DELETE FROM \($0) WHERE article = ?")
    }
    deletions = try [
      "DELETE FROM article_text WHERE article = ?", "DELETE FROM link WHERE source = ?",
      "DELETE FROM article WHERE number = ?",
    ].map(statement)
    article = try statement(
      """
      INSERT INTO article
        (number, title, date, "group", product, versions, operating_system, hardware, issue_type,
         solution_type, applies_to, keywords, technology, query_words, fields, notice, source)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    text = try statement("INSERT INTO article_text (article, headings, text) VALUES (?, ?, ?)")
    link = try statement(
      """
      INSERT INTO link (source, target, position, source_title, target_title)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """)
    rule = try statement(
      """
      INSERT INTO fix_rule
        (article, position, product, introduced, state, fixed, certainty, hotfix_level,
         hotfix_kernel_date, hotfix_source, hotfix_text, hotfix_line)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    evidence = try statement(
      """
      INSERT INTO fix_evidence (article, rule, position, source, text, line)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    affected = try statement(
      """
      INSERT INTO affected (product, place, article, introduced, until, state, fixed)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """)
    facet = try statement("INSERT INTO facet (kind, value) VALUES (?, ?)")
    articleFacet = try statement("INSERT INTO article_facet (facet, article) VALUES (?, ?)")
    for row in try Row.fetchAll(database, sql: "SELECT id, kind, value FROM facet") {
      guard let kind = ArticleFacet.Kind(rawValue: row["kind"]) else { continue }
      facets[ArticleFacet(kind: kind, value: row["value"])] = row["id"]
    }
    for row in try Row.fetchAll(database, sql: "SELECT id, text FROM notice") {
      notices[row["text"]] = row["id"]
    }
  }

  /// Stores an article, in place of the one of the same number if there is one.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  mutating func store(_ record: ArticleRecord) throws -> Bool {
    let number = record.article.id.number
    let isThere = try Int.fetchOne(exists, arguments: [number]) != nil
    var isIndexed = false
    if isThere {
      isIndexed = try !index.remove(number, for: record.text)
      for statement in ruleDeletions + deletions { try statement.run(number) }
    }
    try insert(record)
    if !isIndexed { try index.add(number, record.text) }
    return isThere
  }

  /// Stores the rules of an article that is there, in place of those that it has.
  mutating func storeRules(of article: Article) throws {
    for statement in ruleDeletions { try statement.run(article.id.number) }
    try insert(ArticleRecord.Rules(of: article), of: article)
  }

  /// Completes what is made from all articles together.
  mutating func finish() throws {
    try index.finish()
    try database.execute(
      sql: """
        UPDATE facet SET articles = (SELECT count(*) FROM article_facet WHERE facet = facet.id)
        """)
  }

  private mutating func insert(_ record: ArticleRecord) throws {
    let article = record.article
    let number = article.id.number
    try self.article.run(
      number, article.title, record.date, article.group, article.product, article.versions,
      article.operatingSystem, article.hardware, article.issueType, article.solutionType,
      record.appliesTo, record.keywords, record.technology, record.queryWords, record.fields,
      try notice(article.notice), article.source.rawValue)
    try text.run(number, record.text.headings, record.text.text)
    for (position, target) in article.links.enumerated() {
      try link.run(number, target.id.number, position, "", target.title)
    }
    for source in article.linkedFrom {
      try link.run(source.id.number, number, 0, source.title, article.title)
    }
    try insert(record.rules, of: article)
  }

  private mutating func insert(_ rules: ArticleRecord.Rules, of article: Article) throws {
    let number = article.id.number
    for (position, rule) in article.fixes.enumerated() {
      try self.rule.run(
        number, position, rule.product.rawValue, rule.introduced.id, rule.resolution.state,
        rule.resolution.level?.id, rule.certainty.rawValue, rule.hotfix?.level.id,
        rule.hotfix?.kernelDate.description, rule.hotfix?.evidence.source,
        rule.hotfix?.evidence.text, rule.hotfix?.evidence.line)
      for (index, evidence) in rule.evidence.enumerated() {
        try self.evidence.run(
          number, position, index, evidence.source, evidence.text, evidence.line)
      }
    }
    for span in rules.spans {
      try affected.run(
        span.product.rawValue, span.place, number, span.introduced, span.until, span.end.state,
        span.end.level?.id)
    }
    for facet in rules.facets { try articleFacet.run(try id(of: facet), number) }
  }

  private mutating func id(of facet: ArticleFacet) throws -> Int {
    if let id = facets[facet] { return id }
    try self.facet.run(facet.kind.rawValue, facet.value)
    let id = Int(database.lastInsertedRowID)
    facets[facet] = id
    return id
  }

  private mutating func notice(_ text: String) throws -> Int? {
    guard !text.isEmpty else { return nil }
    if let id = notices[text] { return id }
    try database.execute(
      sql: "INSERT INTO notice (text) VALUES (?) ON CONFLICT DO NOTHING", arguments: [text])
    let id = try Int.fetchOne(
      database, sql: "SELECT id FROM notice WHERE text = ?", arguments: [text])
    // Notices that are all different would take the memory of all articles.
    if notices.count < Self.noticesMax { notices[text] = id }
    return id
  }

  private static let noticesMax = 1_000
}
