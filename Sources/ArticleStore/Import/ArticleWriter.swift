import Bytes
import GRDB
import KnowledgeBase
import SQLite

/// Writes articles into a knowledge base that is being built. Its statements are compiled once.
///
/// Foreign keys are not checked on that connection: rows of an article are deleted and written
/// together here, and a test asks SQLite whether all of them hold.
struct ArticleWriter {
  private var index: SearchIndexFeed
  /// The numbers of the articles that are there.
  private var present: Set<Int>
  private var facets: [ArticleFacet: Int] = [:]
  private var notices: [String: Int] = [:]
  private let database: Database
  private let deletions: [RowStatement]
  private let ruleDeletions: [RowStatement]
  private let article: RowStatement
  private let text: RowStatement
  private let link: RowStatement
  private let rule: RowStatement
  private var evidence: RowInsertion
  private var affected: RowInsertion
  private let facet: RowStatement
  private var articleFacet: RowInsertion

  /// With the full-text indexes of the same connection.
  init(_ database: Database) throws {
    let index = try SearchIndexWriter(database)
    try self.init(database, index: index.apply)
  }

  /// - Parameter index: Takes what changes in the full-text indexes.
  init(_ database: Database, index: @escaping ([SearchIndexChange]) throws -> Void) throws {
    self.database = database
    self.index = try SearchIndexFeed(database, index)
    present = try Int.fetchSet(database, sql: "SELECT number FROM article")
    func statement(_ sql: String) throws -> RowStatement { try RowStatement(database, sql) }
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
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET position = excluded.position, source_title = '',
        target_title = excluded.target_title
      WHERE excluded.source_title = '' AND source_title <> ''
      """)
    rule = try statement(
      """
      INSERT INTO fix_rule
        (article, position, product, introduced, state, fixed, certainty, hotfix_level,
         hotfix_kernel_date, hotfix_source, hotfix_text, hotfix_line)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    evidence = RowInsertion(
      database, into: "fix_evidence",
      columns: ["article", "rule", "position", "source", "text", "line"])
    affected = RowInsertion(
      database, into: "affected",
      columns: ["product", "place", "article", "introduced", "until", "state", "fixed"])
    facet = try statement("INSERT INTO facet (kind, value) VALUES (?, ?)")
    articleFacet = RowInsertion(
      database, into: "article_facet", columns: ["facet", "article"])
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
    let isThere = !present.insert(number).inserted
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
    let products = ProductCatalogue.builtIn.products(appliedTo: article.appliesTo)
    try insert(ArticleRecord.Rules(of: article, products: products), of: article)
  }

  /// Links to an article from articles that aren't there themselves.
  func addLinks(to article: Article) throws {
    for source in article.linkedFrom where !present.contains(source.id.number) {
      try link.run(source.id.number, article.id.number, 0, source.title, article.title)
    }
  }

  /// After the last article, but rules may still follow: completes what the indexes are told.
  mutating func finishTexts() throws { try index.finish() }

  /// Completes what is made from all articles together.
  mutating func finish() throws {
    try finishTexts()
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
    }
    let evidence = article.fixes.enumerated().flatMap { rule in
      rule.element.evidence.enumerated().map { (rule.offset, $0.offset, $0.element) }
    }
    try self.evidence.run(evidence) { rule, position, evidence in
      (number, rule, position, evidence.source, evidence.text, evidence.line)
    }
    try affected.run(rules.spans) { span in
      (
        span.product.rawValue, span.place, number, span.introduced, span.until, span.end.state,
        span.end.level?.id
      )
    }
    let facets = try rules.facets.map { try id(of: $0) }
    try articleFacet.run(facets) { ($0, number) }
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
