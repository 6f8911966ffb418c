public import Foundation
import GRDB
public import KnowledgeBase

/// Makes and updates `kb.sqlite`. Nobody else writes it, and the server only reads it.
public enum KnowledgeBaseBuilder {
  /// Makes sure that the data directory has a knowledge base of this program's schema with the
  /// article that the program brings along, unless the user has imported the original of it.
  ///
  /// A new file is built beside the final name and renamed, so that there is never a partial one
  /// under it.
  ///
  /// - Throws: `StorageError`.
  public static func prepare(
    directory: URL, migrations: Migrations, builtIn articles: [Article] = [.q179827]
  ) throws {
    let path = directory.appending(path: ArticleStore.fileName).path
    if FileManager.default.fileExists(atPath: path) {
      try write(articles, to: path, migrations: migrations)
      return
    }
    let partial = path + ".new"
    try? FileManager.default.removeItem(atPath: partial)
    try write(articles, to: partial, migrations: migrations)
    guard rename(partial, path) == 0 else {
      throw StorageError(
        .inaccessible, "rename a new knowledge base to", path: path,
        reason: String(cString: strerror(errno)), hint: "check the permissions of the folder")
    }
  }

  /// A knowledge base in memory with these articles, for commands without a data directory.
  ///
  /// - Throws: `StorageError`.
  public static func inMemory(
    migrations: Migrations, articles: [Article] = [.q179827]
  ) throws -> ArticleStore {
    let file = DatabaseFile(kind: .knowledgeBase, path: ":memory:", migrations: migrations)
    return try file.mappingErrors("build") {
      let queue = try DatabaseQueue()
      try migrations.migrator.migrate(queue)
      try queue.write { database in
        for article in articles { try ArticleRows.store(article, in: database) }
      }
      return ArticleStore(queue: queue, file: file)
    }
  }

  private static func write(
    _ articles: [Article], to path: String, migrations: Migrations
  ) throws {
    let file = DatabaseFile(kind: .knowledgeBase, path: path, migrations: migrations)
    let queue = try file.openForWriting(.buildingKnowledgeBase)
    try file.mappingErrors("write to") {
      try queue.write { database in
        for article in articles {
          let stored = try ArticleRows.fetch(article.id, from: database)
          if let stored, stored == article || stored.source == .imported { continue }
          try ArticleRows.store(article, in: database)
        }
      }
      try queue.close()
    }
  }
}
