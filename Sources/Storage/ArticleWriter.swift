import GRDB
import KnowledgeBase

/// Writes articles into a knowledge base that is being built. Its statements are compiled once.
///
/// Foreign keys are not checked on that connection: rows of an article are deleted and written
/// together here, and a test asks SQLite whether all of them hold.
struct ArticleWriter {
  private let catalogue: ProductCatalogue
  private var index: SearchIndexWriter
  private var facets: [ArticleFacet: Int64] = [:]
  private var notices: [String: Int64] = [:]
  private let database: Database
  private let exists: Statement
  private let deletions: [Statement]
  private let ruleDeletions: [Statement]
  private let article: Statement
  private let section: Statement
  private let link: Statement
  private let rule: Statement
  private let evidence: Statement
  private let affected: Statement
  private let articleFacet: Statement

  init(_ database: Database, catalogue: ProductCatalogue = .builtIn) throws {
    self.database = database
    self.catalogue = catalogue
    index = try SearchIndexWriter(database)
    func statement(_ sql: String) throws -> Statement { try database.makeStatement(sql: sql) }
    exists = try statement("SELECT 1 FROM article WHERE number = ?")
    ruleDeletions = try ["fix_evidence", "fix_rule", "affected", "article_facet"].map {
      try statement("DELETE FROM \($0) WHERE article = ?")
    }
    deletions = try [
      "DELETE FROM section WHERE article = ?", "DELETE FROM link WHERE source = ?",
      "DELETE FROM article WHERE number = ?",
    ].map(statement)
    article = try statement(
      """
      INSERT INTO article
        (number, title, date, "group", product, versions, operating_system, hardware, issue_type,
         solution_type, applies_to, keywords, technology, query_words, fields, notice, source)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    section = try statement(
      "INSERT INTO section (article, position, heading, text) VALUES (?, ?, ?, ?)")
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
  mutating func store(_ article: Article) throws -> Bool {
    let number = article.id.number
    let text = SearchableText(article)
    let isThere = try Int.fetchOne(exists, arguments: [number]) != nil
    var isIndexed = false
    if isThere {
      isIndexed = try !index.remove(number, for: text)
      for statement in ruleDeletions + deletions { try statement.execute(arguments: [number]) }
    }
    try insert(article)
    if !isIndexed { try index.add(number, text) }
    return isThere
  }

  /// Stores the rules of an article that is there, in place of those that it has.
  mutating func storeRules(of article: Article) throws {
    for statement in ruleDeletions { try statement.execute(arguments: [article.id.number]) }
    try insertRules(of: article)
  }

  /// Completes what is made from all articles together.
  mutating func finish() throws {
    try index.finish()
    try database.execute(
      sql: """
        UPDATE facet SET articles = (SELECT count(*) FROM article_facet WHERE facet = facet.id)
        """)
  }

  private mutating func insert(_ article: Article) throws {
    let number = article.id.number
    try self.article.execute(arguments: [
      number, article.title, article.date.description, article.group, article.product,
      article.versions, article.operatingSystem, article.hardware, article.issueType,
      article.solutionType, ArticleLists.text(article.appliesTo),
      ArticleLists.text(article.keywords), ArticleLists.text(article.technology),
      ArticleLists.text(article.queryWords), ArticleLists.text(article.fields),
      try notice(article.notice), article.source.rawValue,
    ])
    for (position, section) in article.sections.enumerated() {
      try self.section.execute(arguments: [number, position, section.heading, section.text])
    }
    for (position, target) in article.links.enumerated() {
      try link.execute(arguments: [number, target.id.number, position, "", target.title])
    }
    for source in article.linkedFrom {
      try link.execute(arguments: [source.id.number, number, 0, source.title, article.title])
    }
    try insertRules(of: article)
  }

  private mutating func insertRules(of article: Article) throws {
    let number = article.id.number
    for (position, rule) in article.fixes.enumerated() {
      try self.rule.execute(arguments: [
        number, position, rule.product.rawValue, rule.introduced.id, rule.resolution.state,
        rule.resolution.level?.id, rule.certainty.rawValue, rule.hotfix?.level.id,
        rule.hotfix?.kernelDate.description, rule.hotfix?.evidence.source,
        rule.hotfix?.evidence.text, rule.hotfix?.evidence.line,
      ])
      for (index, evidence) in rule.evidence.enumerated() {
        try self.evidence.execute(arguments: [
          number, position, index, evidence.source, evidence.text, evidence.line,
        ])
      }
    }
    for span in AffectedSpan.spans(of: article.fixes) {
      try affected.execute(arguments: [
        span.product.rawValue, span.place, number, span.introduced, span.until, span.end.state,
        span.end.level?.id,
      ])
    }
    // In an order of their own, so that the same archive makes the same file.
    let facets = ArticleFacet.all(of: article, catalogue: catalogue)
      .sorted { ($0.kind.rawValue, $0.value) < ($1.kind.rawValue, $1.value) }
    for facet in facets {
      try articleFacet.execute(arguments: [try id(of: facet), number])
    }
  }

  private mutating func id(of facet: ArticleFacet) throws -> Int64 {
    if let id = facets[facet] { return id }
    try database.execute(
      sql: "INSERT INTO facet (kind, value) VALUES (?, ?)",
      arguments: [facet.kind.rawValue, facet.value])
    facets[facet] = database.lastInsertedRowID
    return database.lastInsertedRowID
  }

  private mutating func notice(_ text: String) throws -> Int64? {
    guard !text.isEmpty else { return nil }
    if let id = notices[text] { return id }
    try database.execute(
      sql: "INSERT INTO notice (text) VALUES (?) ON CONFLICT DO NOTHING", arguments: [text])
    let id = try Int64.fetchOne(
      database, sql: "SELECT id FROM notice WHERE text = ?", arguments: [text])
    // Notices that are all different would take the memory of all articles.
    if notices.count < Self.noticesMax { notices[text] = id }
    return id
  }

  private static let noticesMax = 1_000
}

extension SearchableText {
  /// As the view `searchable` puts it together.
  init(_ article: Article) {
    title = article.title
    words =
      ArticleLists.text(article.queryWords) + ArticleLists.text(article.keywords)
      + ArticleLists.text(article.appliesTo)
    headings = article.sections.map(\.heading).joined(separator: "\n")
    text = article.sections.map(\.text).joined(separator: "\n")
  }
}
