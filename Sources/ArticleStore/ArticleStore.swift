public import Foundation
import GRDB
public import KnowledgeBase
public import SQLite
import Synchronization

/// Reads articles from a knowledge base over one connection. Each thread of the server has a store of
/// its own.
public final class ArticleStore: Sendable {
  /// The name of the file in the data directory.
  public static let fileName = "kb.sqlite"

  /// The default time limit of a query.
  public static let timeLimit = Duration.seconds(1)

  /// The file that is open; nil for a knowledge base in memory.
  public let generation: KnowledgeBaseGeneration?
  private let queue: DatabaseQueue
  private let file: DatabaseFile
  private let deadline: StatementDeadline
  private let counted = Mutex<Int?>(nil)

  /// Opens `kb.sqlite` of a data directory for reading.
  ///
  /// - Throws: `StorageError`.
  public convenience init(
    directory: URL, migrations: Migrations, timeLimit: Duration = ArticleStore.timeLimit
  ) throws {
    let file = DatabaseFile(
      kind: .knowledgeBase, path: directory.appending(path: Self.fileName).path,
      migrations: migrations)
    // The name can get another file while it is opened.
    var queue: DatabaseQueue
    var generation: KnowledgeBaseGeneration?
    repeat {
      generation = KnowledgeBaseGeneration(path: file.path)
      queue = try file.openForReading()
    } while generation != KnowledgeBaseGeneration(path: file.path)
    try self.init(queue: queue, file: file, generation: generation, timeLimit: timeLimit)
  }

  init(
    queue: DatabaseQueue, file: DatabaseFile, generation: KnowledgeBaseGeneration? = nil,
    timeLimit: Duration = ArticleStore.timeLimit
  ) throws {
    self.queue = queue
    self.file = file
    self.generation = generation
    deadline = StatementDeadline(limit: timeLimit)
    queue.inDatabase(deadline.attach)
  }

  /// When the file was last modified, in seconds since 1970; 0 for a knowledge base in memory.
  public var modified: Int64 { generation?.modifiedSeconds ?? 0 }

  /// Runs `body` on the connection, within the time limit.
  ///
  /// The file never changes, so no transaction is needed for one view of it.
  func read<Value>(_ operation: String, _ body: (Database) throws -> Value) throws -> Value {
    try file.mappingErrors(operation) {
      try queue.unsafeRead { database in
        deadline.restart()
        return try body(database)
      }
    }
  }

  /// The article with this number; nil if the knowledge base doesn't have it.
  ///
  /// - Throws: `StorageError`.
  public func article(_ id: ArticleID) throws -> Article? {
    try read("read an article from") { try ArticleReader.fetch(id, from: $0) }
  }

  /// Those of `ids` that the knowledge base has.
  ///
  /// - Throws: `StorageError`.
  public func present(of ids: [ArticleID]) throws -> Set<ArticleID> {
    try read("look up articles in") { database in
      let statement = try database.cachedStatement(sql: "SELECT 1 FROM article WHERE number = ?")
      return try Set(ids.filter { try Int.fetchOne(statement, arguments: [$0.number]) != nil })
    }
  }

  /// The number of articles, counted once: the file never changes.
  ///
  /// - Throws: `StorageError`.
  public func articleCount() throws -> Int {
    if let count = counted.withLock({ $0 }) { return count }
    let count = try read("count the articles of") { database in
      try Int.fetchOne(database, sql: "SELECT count(*) FROM article") ?? 0
    }
    counted.withLock { $0 = count }
    return count
  }
}
