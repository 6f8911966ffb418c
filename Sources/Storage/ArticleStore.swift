public import Foundation
import GRDB
public import KnowledgeBase

/// Reads articles from a knowledge base. One connection; each thread of the server has a store
/// of its own.
public final class ArticleStore: Sendable {
  /// The name of the file in the data directory.
  public static let fileName = "kb.sqlite"

  /// When the file was changed for the last time, in seconds since 1970; 0 for one in memory.
  public let modified: Int64
  private let queue: DatabaseQueue
  private let file: DatabaseFile

  /// Opens `kb.sqlite` of a data directory for reading.
  ///
  /// - Throws: `StorageError`.
  public convenience init(directory: URL, migrations: Migrations) throws {
    let file = DatabaseFile(
      kind: .knowledgeBase, path: directory.appending(path: Self.fileName).path,
      migrations: migrations)
    self.init(queue: try file.openForReading(), file: file)
  }

  init(queue: DatabaseQueue, file: DatabaseFile) {
    self.queue = queue
    self.file = file
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    let date = attributes?[.modificationDate] as? Date
    modified = date.flatMap { Int64(exactly: $0.timeIntervalSince1970.rounded(.down)) } ?? 0
  }

  /// The article of this number; nil if the knowledge base doesn't have it.
  ///
  /// - Throws: `StorageError`.
  public func article(_ id: ArticleID) throws -> Article? {
    try file.mappingErrors("read an article from") {
      try queue.read { database in try ArticleRows.fetch(id, from: database) }
    }
  }

  /// Those of `ids` that the knowledge base has.
  ///
  /// - Throws: `StorageError`.
  public func present(of ids: [ArticleID]) throws -> Set<ArticleID> {
    try file.mappingErrors("look up articles in") {
      try queue.read { database in
        let statement = try database.cachedStatement(
          sql: "SELECT 1 FROM article WHERE number = ?")
        return try Set(
          ids.filter { try Int.fetchOne(statement, arguments: [$0.number]) != nil })
      }
    }
  }

  /// How many articles there are.
  ///
  /// - Throws: `StorageError`.
  public func articleCount() throws -> Int {
    try file.mappingErrors("count the articles of") {
      try queue.read { database in
        try Int.fetchOne(database, sql: "SELECT count(*) FROM article") ?? 0
      }
    }
  }
}
