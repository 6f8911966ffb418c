import Bytes
import Foundation
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("Files that are not ours, or not whole")
struct DatabaseFileTests {
  /// Opens the file as the server does and says what kind of refusal that gave.
  private func refusal(_ directory: TestDirectory, writing: Bool) throws -> StorageError.Kind? {
    let migrations = try directory.migrations("kb")
    do {
      if writing {
        try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
      } else {
        _ = try ArticleStore(directory: directory.url, migrations: migrations)
      }
      return nil
    } catch let error as StorageError {
      #expect(!error.hint.isEmpty && error.description.contains("kb.sqlite"))
      return error.kind
    }
  }

  @Test("another program's database is refused and untouched", arguments: [true, false])
  func foreignDatabase(writing: Bool) throws {
    let directory = try TestDirectory()
    let other = try DatabaseQueue(path: directory.path("kb.sqlite"))
    try other.write { try $0.execute(sql: "CREATE TABLE mine (x)") }
    try other.close()
    let before = try Data(contentsOf: directory.url.appending(path: "kb.sqlite"))
    #expect(try refusal(directory, writing: writing) == .foreign)
    #expect(try Data(contentsOf: directory.url.appending(path: "kb.sqlite")) == before)
  }

  @Test("the fleet database under the knowledge base's name is refused")
  func swapped() throws {
    let directory = try TestDirectory()
    let fleet = DatabaseFile(
      kind: .fleet, path: directory.path("kb.sqlite"), migrations: try directory.migrations("fleet")
    )
    try fleet.openForWriting(.writingFleet).close()
    #expect(try refusal(directory, writing: true) == .foreign)
  }

  @Test(
    "text, a cut header and random bytes are refused and untouched",
    arguments: ["hello", "SQLite format 3\0", String(repeating: "x", count: 5_000)])
  func noDatabase(content: String) throws {
    let directory = try TestDirectory()
    try Data(content.utf8).write(to: directory.url.appending(path: "kb.sqlite"))
    #expect(try refusal(directory, writing: true) == .foreign)
    #expect(try refusal(directory, writing: false) == .foreign)
    #expect(
      try Data(contentsOf: directory.url.appending(path: "kb.sqlite")) == Data(content.utf8))
  }

  @Test("a database cut off in the middle is refused and untouched", arguments: [true, false])
  func truncated(writing: Bool) throws {
    let directory = try TestDirectory()
    #expect(try refusal(directory, writing: true) == nil)
    let file = directory.url.appending(path: "kb.sqlite")
    let whole = try Data(contentsOf: file)
    let cut = Data(whole.prefix(whole.count / 2))
    try cut.write(to: file)
    #expect(try refusal(directory, writing: writing) == .corrupt)
    #expect(try Data(contentsOf: file) == cut)
  }

  @Test("a database of a newer program is refused and untouched", arguments: [true, false])
  func newer(writing: Bool) throws {
    let directory = try TestDirectory()
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: try directory.newerMigrations("kb"))
    let file = directory.url.appending(path: "kb.sqlite")
    let before = try Data(contentsOf: file)
    #expect(try refusal(directory, writing: writing) == .newer)
    #expect(try Data(contentsOf: file) == before)
  }

  @Test("an older schema is brought forward by the writer and refused by a reader")
  func older() throws {
    let directory = try TestDirectory()
    #expect(try refusal(directory, writing: true) == nil)
    let newer = try directory.newerMigrations("kb")
    #expect(throws: StorageError.self) {
      try ArticleStore(directory: directory.url, migrations: newer)
    }
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: newer)
    #expect(
      try ArticleStore(directory: directory.url, migrations: newer)
        .article(Article.q179827.id) == .q179827)
  }

  @Test("a failing migration leaves the file as it was")
  func failingMigration() throws {
    let directory = try TestDirectory()
    #expect(try refusal(directory, writing: true) == nil)
    let folder = directory.url.appending(path: "bad")
    try FileManager.default.copyItem(
      at: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Migrations/kb").standardizedFileURL, to: folder)
    let count = try FileManager.default.contentsOfDirectory(atPath: folder.path).count
    try Data("CREATE TABLE half (x) STRICT; this is no SQL;".utf8)
      .write(to: folder.appending(path: "000\(count + 1)_bad.sql"))
    #expect(throws: StorageError.self) {
      try KnowledgeBaseBuilder.prepare(
        directory: directory.url, migrations: try Migrations(folder: folder))
    }
    #expect(try refusal(directory, writing: false) == nil)
  }

  @Test("a missing file and a missing directory are refused by a reader")
  func missing() throws {
    let directory = try TestDirectory()
    #expect(try refusal(directory, writing: false) == .inaccessible)
  }

  @Test(
    "a folder of migrations with a gap, a doubled number, or nothing is refused",
    arguments: [["0002_a.sql"], ["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"], []])
  func numbering(names: [String]) throws {
    let directory = try TestDirectory()
    for name in names { try Data().write(to: directory.url.appending(path: name)) }
    #expect(throws: StorageError.self) { try Migrations(folder: directory.url) }
  }
}
