import Bytes
import Foundation
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("Importing an archive")
struct ImportTests {
  private static func id(_ number: Int) -> ArticleID { ArticleID(known: number) }

  @Test("every article is there as it was parsed, beside the one that the program brings along")
  func roundTrip() throws {
    let directory = try TestDirectory()
    let summary = try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    #expect(summary.added == 4 && summary.replaced == 0 && summary.failureCount == 0)
    #expect(summary.total == 5)
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
    for (number, text) in ArchiveFixture.articles {
      var expected = try ArticleParser().parse(Array(text.utf8)).article
      let stored = try #require(try store.article(Self.id(number)))
      expected.linkedFrom = stored.linkedFrom
      for index in expected.links.indices {
        expected.links[index].title = stored.links[index].title
      }
      #expect(stored == expected)
    }
    let linked = try #require(try store.article(Self.id(100_001)))
    #expect(linked.linkedFrom == [.init(id: Self.id(100_003), title: "Modem Hangs Up")])
    #expect(try store.article(Article.q179827.id) == .q179827)
    #expect(try Self.databases(directory) == ["kb.sqlite"])
  }

  @Test("a thousand small imports leave an index of few levels, which every SQLite can read")
  func manyImports() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    let queue = try DatabaseQueue(path: directory.path("kb.sqlite"))
    try queue.write { database in
      for number in 500_000..<501_000 {
        for index in ["search", "title_search"] {
          try database.execute(
            sql: "INSERT INTO \(index) (rowid, title) VALUES (?, ?)",
            arguments: [number, "Okapi \(number) leaks"])
        }
        try SearchIndexWriter.merge(database, changed: 1, of: 1_000)
      }
      for index in ["search", "title_search"] {
        // FTS5's structure record: four bytes, then the number of levels, below 128 in one byte.
        let record = try Data.fetchOne(
          database, sql: "SELECT block FROM \(index)_data WHERE id = 10")
        let levels = try #require(record?.dropFirst(4).first)
        #expect((1..<64).contains(levels))
        let found = try Int.fetchOne(
          database, sql: "SELECT count(*) FROM \(index) WHERE \(index) MATCH 'okapi'")
        #expect(found == 1_000)
      }
    }
  }

  @Test("importing again changes nothing; other articles stay; a newer text takes the place")
  func mergeAndReplace() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    let first = try Self.dump(directory)
    let again = try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    #expect(again.added == 0 && again.replaced == 4)
    #expect(try Self.dump(directory) == first)
    let newer = ArchiveFixture.text(100_002, title: "Plotter Plots Twice")
    let summary = try ArchiveFixture.load([(100_002, newer)], into: directory, "newer")
    #expect(summary.replaced == 1 && summary.total == 5)
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
    #expect(try store.article(Self.id(100_001)) != nil)
    #expect(try store.search(try SearchQuery("plotter")).items.map(\.id) == [Self.id(100_002)])
    #expect(try store.search(try SearchQuery("printer")).items.isEmpty)
    try Self.checkIntegrity(directory)
  }

  @Test("the original of the built-in article takes its place and keeps it")
  func original() throws {
    let directory = try TestDirectory()
    let text = ArchiveFixture.text(179_827, title: "As printed")
    try ArchiveFixture.load([(179_827, text)], into: directory)
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: try directory.migrations("kb"))
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
    #expect(try store.article(Article.q179827.id)?.title == "As printed")
  }

  @Test("a newer program brings its article up to date and leaves the archive alone")
  func preparedAfterImport() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    var newer = Article.q179827
    newer.sections[0].text = "Restated with the word zymurgy."
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: migrations, builtIn: [newer])
    let store = try ArticleStore(directory: directory.url, migrations: migrations)
    #expect(try store.articleCount() == 5)
    #expect(try store.search(try SearchQuery("zymurgy")).items.map(\.id) == [newer.id])
    try Self.checkIntegrity(directory)
  }

  @Test("files without an article are named, the rest is imported")
  func brokenFiles() throws {
    let directory = try TestDirectory()
    let path = try ArchiveFixture.write(ArchiveFixture.articles, to: directory)
    let folder = URL(filePath: path)
    try Data("nothing".utf8).write(to: folder.appending(path: "broken.txt"))
    try Data(count: ArticleParser.bytesMax + 1).write(to: folder.appending(path: "large.txt"))
    try Data("x".utf8).write(to: folder.appending(path: "picture.png"))
    try Data("DOCUMENT:Q7\r\n".utf8).write(to: folder.appending(path: "bare.txt"))
    let files = try ArticleFiles([path])
    #expect(files.skipped == 1)
    let summary = try ArchiveImport(
      directory: directory.url, migrations: try directory.migrations("kb"), threads: 3
    ).run(files)
    #expect(summary.added == 5)
    #expect(
      summary.failures.map { URL(filePath: $0.path).lastPathComponent }.sorted()
        == ["broken.txt", "large.txt"])
    #expect(summary.oddities.values.contains { $0.examples.contains { $0.contains("bare.txt") } })
  }

  @Test("without any article nothing is written")
  func nothing() throws {
    let directory = try TestDirectory()
    let path = try ArchiveFixture.write([], to: directory)
    try Data("nothing".utf8).write(to: URL(filePath: path).appending(path: "a.txt"))
    let summary = try ArchiveImport(
      directory: directory.url, migrations: try directory.migrations("kb"), threads: 1
    ).run(try ArticleFiles([path]))
    #expect(summary.failureCount == 1 && summary.added == 0)
    #expect(try Self.databases(directory).isEmpty)
    #expect(throws: ArticleFiles.Unreadable.self) { try ArticleFiles([directory.path("none")]) }
  }

  @Test("a stopped import leaves the old file as it is, and nothing else", arguments: [0, 1, 3])
  func cancelled(after files: Int) throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load([ArchiveFixture.articles[0]], into: directory)
    let before = try Data(contentsOf: directory.url.appending(path: "kb.sqlite"))
    let path = try ArchiveFixture.write(ArchiveFixture.articles, to: directory)
    var asked = 0
    #expect(throws: ArchiveImport.Cancelled.self) {
      try ArchiveImport(
        directory: directory.url, migrations: try directory.migrations("kb"), threads: 2
      ).run(
        try ArticleFiles([path]),
        isCancelled: {
          asked += 1
          return asked > files
        })
    }
    #expect(try Data(contentsOf: directory.url.appending(path: "kb.sqlite")) == before)
    #expect(try Self.databases(directory) == ["kb.sqlite"])
  }

  @Test("what one statement can't insert at once is there too, and repeated keywords once")
  func manyRows() throws {
    let directory = try TestDirectory()
    let keywords = (0..<100).map { "kbword\($0 % 90)" }
    let text = ArchiveFixture.text(
      100_001, title: "Many Keywords", keywords: keywords.joined(separator: " "))
    try ArchiveFixture.load([(100_001, text)], into: directory)
    let queue = try DatabaseQueue(path: directory.path("kb.sqlite"))
    let found = try queue.read { database in
      try String.fetchSet(
        database,
        sql: """
          SELECT value FROM facet JOIN article_facet ON facet = id
          WHERE kind = 'keyword' AND article = 100001 AND articles = 1
          """)
    }
    #expect(found == Set(keywords))
  }

  @Test("what ends the thread of the full-text indexes ends the import")
  func indexFails() throws {
    let directory = try TestDirectory()
    let draft = try DatabaseQueue(path: directory.path("draft"))
    try draft.write { database in
      for table in ["search", "title_search"] {
        // The columns are missing.
        try database.execute(sql: "CREATE VIRTUAL TABLE \(table) USING fts5(id, content = '')")
      }
    }
    let index = try SearchIndexBuild(beside: draft, path: directory.path("index"))
    let text = SearchableText(title: "a", words: "b", headings: "c", text: "d")
    #expect(throws: DatabaseError.self) {
      for number in 1...100 {
        try index.receive([SearchIndexChange(kind: .add, number: number, text: text)])
      }
    }
    index.close(changed: 1, of: 1)
    #expect(throws: DatabaseError.self) { try index.copy(into: draft) }
    index.discard()
    #expect(!FileManager.default.fileExists(atPath: directory.path("index")))
  }

  @Test("two imports at once: the second is refused")
  func locked() throws {
    let directory = try TestDirectory()
    let lock = try KnowledgeBaseBuildLock(directory: directory.url)
    #expect {
      try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    } throws: { error in
      (error as? StorageError)?.kind == .locked
    }
    _ = consume lock
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
  }

  @Test("files in any order make the same knowledge base", arguments: 0..<3)
  func order(_: Int) throws {
    var random = SeededRandom()
    let sorted = try TestDirectory()
    let shuffled = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles, into: sorted)
    // Names without numbers are read in the order of the names.
    let folder = shuffled.url.appending(path: "txt")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (index, article) in ArchiveFixture.articles.shuffled(using: &random).enumerated() {
      let name = String(repeating: "a", count: index + 1) + ".txt"
      try Data(article.text.utf8).write(to: folder.appending(path: name))
    }
    _ = try ArchiveImport(
      directory: shuffled.url, migrations: try shuffled.migrations("kb"), threads: 2
    ).run(try ArticleFiles([folder.path]))
    #expect(try Self.dump(shuffled) == Self.dump(sorted), "seed \(random.seed)")
    try Self.checkIntegrity(shuffled)
  }

  /// The databases in the data directory, those that are being built among them.
  static func databases(_ directory: TestDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
      .filter { $0.contains("sqlite") }.sorted()
  }

  /// All rows of the tables that hold what was imported.
  static func dump(_ directory: TestDirectory) throws -> [String] {
    let queue = try DatabaseQueue(path: directory.path("kb.sqlite"))
    defer { try? queue.close() }
    return try queue.read { database in
      try [
        "article", "article_text", "link", "fix_rule", "fix_evidence", "affected", "searchable",
        "fix_list_entry",
      ].flatMap { table in
        try Row.fetchAll(database, sql: "SELECT * FROM \(table)")
          .map { "\(table) \($0.description)" }.sorted()
      }
        + Row.fetchAll(
          database,
          sql: """
            SELECT f.kind, f.value, f.articles, af.article FROM facet f
            JOIN article_facet af ON af.facet = f.id ORDER BY 1, 2, 4
            """
        ).map(\.description)
    }
  }

  /// SQLite's own checks: the pages, the foreign keys, and the full-text index against the texts.
  static func checkIntegrity(_ directory: TestDirectory) throws {
    // A copy: a store that is open keeps others from writing.
    let copy = directory.path("copy.sqlite")
    try? FileManager.default.removeItem(atPath: copy)
    try FileManager.default.copyItem(atPath: directory.path("kb.sqlite"), toPath: copy)
    let queue = try DatabaseQueue(path: copy)
    defer { try? queue.close() }
    try queue.write { database in
      #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      for table in ["search", "title_search"] {
        try database.execute(
          sql: "INSERT INTO \(table) (\(table), rank) VALUES ('integrity-check', 1)")
      }
    }
  }
}
