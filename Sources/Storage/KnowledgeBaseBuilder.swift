public import Foundation
import GRDB
public import KnowledgeBase

/// Makes and updates `kb.sqlite`. Nobody else writes it, and the server only reads it.
public enum KnowledgeBaseBuilder {
  /// Makes sure that the data directory has a knowledge base of this program's schema with the
  /// articles that the program brings along, except those whose original the user has imported.
  ///
  /// A changed file is built beside the final name and renamed, so that there is never a partial
  /// one under it. No connection to it may be open in this process.
  ///
  /// - Throws: `StorageError`.
  public static func prepare(
    directory: URL, migrations: Migrations, builtIn articles: [Article] = [.q179827]
  ) throws {
    let path = directory.appending(path: ArticleStore.fileName).path
    let file = DatabaseFile(kind: .knowledgeBase, path: path, migrations: migrations)
    let exists = try file.isOurs()
    if exists, try isCurrent(file, articles) { return }
    let partial = path + ".new"
    try? FileManager.default.removeItem(atPath: partial)
    if exists {
      do {
        try FileManager.default.copyItem(atPath: path, toPath: partial)
      } catch {
        throw StorageError(
          .inaccessible, "copy", path: path, reason: error.localizedDescription,
          hint: "check the permissions of the folder and the room on the disk")
      }
    }
    try write(articles, to: partial, migrations: migrations)
    try replace(path, by: partial)
  }

  /// Renames, and waits until the folder's entry is on disk.
  private static func replace(_ path: String, by partial: String) throws {
    guard rename(partial, path) == 0 else {
      throw StorageError(
        .inaccessible, "rename a new knowledge base to", path: path,
        reason: String(cString: strerror(errno)), hint: "check the permissions of the folder")
    }
    let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private static func isCurrent(_ file: DatabaseFile, _ articles: [Article]) throws -> Bool {
    try file.mappingErrors("read") {
      let queue = try DatabaseQueue(path: file.path, configuration: .reading(.knowledgeBase))
      let isCurrent = try queue.read { database in
        try file.check(database)
        guard try file.hasCurrentSchema(database) else { return false }
        return try articles.allSatisfy { try isStored($0, in: database) }
      }
      try queue.close()
      return isCurrent
    }
  }

  /// Whether the article, or its original, is there. What other articles contribute to it, links
  /// to it and the titles of those it names, doesn't count.
  private static func isStored(_ article: Article, in database: Database) throws -> Bool {
    guard var stored = try ArticleRows.fetch(article.id, from: database) else { return false }
    if stored.source == .imported { return true }
    var article = article
    let (ids, storedIDs) = (article.links.map(\.id), stored.links.map(\.id))
    for side in [\Article.links, \Article.linkedFrom] {
      article[keyPath: side] = []
      stored[keyPath: side] = []
    }
    return stored == article && ids == storedIDs
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
        for article in articles where try !isStored(article, in: database) {
          try ArticleRows.store(article, in: database)
        }
      }
      try queue.close()
    }
  }
}
