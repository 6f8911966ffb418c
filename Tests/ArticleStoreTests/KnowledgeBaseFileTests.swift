import Bytes
import Foundation
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("kb.sqlite")
struct KnowledgeBaseFileTests {
  @Test("a new data directory gets the built-in article, every field as it was")
  func roundTrip() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    let store = try ArticleStore(directory: directory.url, migrations: migrations)
    #expect(try store.article(Article.q179827.id) == .q179827)
    #expect(try store.articleCount() == 1)
    #expect(try store.article(ArticleID(known: 1)) == nil)
    #expect(!FileManager.default.fileExists(atPath: directory.path("kb.sqlite.new")))
  }

  @Test("rules without a level, and rules with a hotfix, survive the round trip")
  func ruleStates() throws {
    let directory = try TestDirectory()
    var article = Article.q179827
    article.fixes = [
      FixRule(product: .server, resolution: .latestServicePack, certainty: .stated, evidence: []),
      FixRule(
        product: .server, introduced: .sp6, resolution: .hotfix, certainty: .inferred,
        evidence: [Evidence(source: "STATUS", text: "x'\"; DROP TABLE article; --\u{1F600}")]),
      FixRule(product: .workstation, resolution: .none, certainty: .stated, evidence: []),
    ]
    let store = try KnowledgeBaseBuilder.inMemory(
      migrations: try directory.migrations("kb"), articles: [article])
    #expect(try store.article(article.id) == article)
  }

  @Test("preparing again changes nothing, and never the article that the user imported")
  func idempotent() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    var imported = Article.q179827
    imported.source = .imported
    imported.title = "As it was printed"
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: migrations, builtIn: [imported])
    let before = try Data(contentsOf: directory.url.appending(path: "kb.sqlite"))
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    let store = try ArticleStore(directory: directory.url, migrations: migrations)
    #expect(try store.article(imported.id)?.title == "As it was printed")
    #expect(try Data(contentsOf: directory.url.appending(path: "kb.sqlite")) == before)
  }

  @Test("a restated article of an older program is brought up to date")
  func update() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    var old = Article.q179827
    old.sections.removeLast()
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: migrations, builtIn: [old])
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    let store = try ArticleStore(directory: directory.url, migrations: migrations)
    #expect(try store.article(old.id) == .q179827)
  }

  @Test("a row that can't be read is an error, not an answer without it")
  func unreadableRow() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    for change in ["fix_rule SET introduced = 'SP100'", "article SET date = '2001-02-30'"] {
      let queue = try DatabaseQueue(path: directory.path("kb.sqlite"))
      try queue.write { try $0.execute(sql: "UPDATE \(change)") }
      try queue.close()
      let store = try ArticleStore(directory: directory.url, migrations: migrations)
      #expect {
        _ = try store.article(Article.q179827.id)
      } throws: { error in
        (error as? StorageError)?.kind == .corrupt
      }
    }
  }

  @Test("what an imported article adds to the built-in one is no reason to write it again")
  func derivedLinks() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    var other = Article.q179827
    other.id = ArticleID(known: 152_734)
    other.title = "Another title"
    other.source = .imported
    other.links = [.init(id: Article.q179827.id, title: "")]
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: migrations, builtIn: [.q179827, other])
    let before = try FileManager.default.attributesOfItem(atPath: directory.path("kb.sqlite"))
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    let after = try FileManager.default.attributesOfItem(atPath: directory.path("kb.sqlite"))
    #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
    let store = try ArticleStore(directory: directory.url, migrations: migrations)
    #expect(try store.article(Article.q179827.id)?.links.first?.title == "Another title")
  }

  @Test("a reader can't write")
  func readOnly() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    let file = DatabaseFile(
      kind: .knowledgeBase, path: directory.path("kb.sqlite"), migrations: migrations)
    let queue = try file.openForReading()
    #expect(throws: (any Error).self) {
      try queue.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM article") }
    }
  }

  @Test("no query of an article scans a table")
  func plans() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    let file = DatabaseFile(
      kind: .knowledgeBase, path: directory.path("kb.sqlite"), migrations: migrations)
    let queue = try file.openForReading()
    try queue.read { (database: Database) throws in
      var statements: [String] = []
      database.trace { statements.append($0.expandedDescription) }
      #expect(try ArticleReader.fetch(Article.q179827.id, from: database) != nil)
      database.trace(options: [])
      #expect(statements.count > 6, "the article's tables were read")
      for statement in statements where statement.hasPrefix("SELECT") {
        for row in try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(statement)") {
          let detail: String = row["detail"]
          #expect(
            detail.hasPrefix("SEARCH") || detail.hasPrefix("USE TEMP"), "\(statement): \(detail)")
        }
      }
    }
  }
}
