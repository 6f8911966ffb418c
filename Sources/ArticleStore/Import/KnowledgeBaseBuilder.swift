public import Foundation
import GRDB
public import KnowledgeBase
public import SQLite

/// Makes `kb.sqlite` and keeps what the program brings along up to date in it.
public enum KnowledgeBaseBuilder {
  /// Makes sure that the data directory has a knowledge base of this program's schema with the
  /// articles that the program brings along. An original that the user has imported stays, with the
  /// rules that the program knows beyond its text.
  ///
  /// A changed file is built beside the final name and renamed, so that there is never a partial
  /// one under it.
  ///
  /// - Throws: `StorageError`.
  public static func prepare(
    directory: URL, migrations: Migrations, builtIn articles: [Article] = [.q179827]
  ) throws {
    let file = DatabaseFile(
      kind: .knowledgeBase, path: directory.appending(path: ArticleStore.fileName).path,
      migrations: migrations)
    if try file.isOurs(), try isCurrent(file, articles) { return }
    let draft = try KnowledgeBaseDraft(directory: directory, migrations: migrations)
    try draft.write { database, writer in
      try store(articles, in: database, writer: &writer)
    }
    try draft.publish()
  }

  /// Stores those of the articles that are not there as they should be.
  static func store(
    _ articles: [Article], in database: Database, writer: inout ArticleWriter
  ) throws {
    for article in articles where try !isStored(article, in: database) {
      if var original = try original(of: article, in: database) {
        original.addRules(beyondTextOf: article)
        try writer.storeRules(of: original)
        try writer.addLinks(to: article)
      } else {
        try writer.store(ArticleRecord(try expected(article, in: database)))
      }
    }
  }

  /// The article's head and rules as the user imported them; nil if they weren't.
  private static func original(of article: Article, in database: Database) throws -> Article? {
    let stored = try ArticleReader.fetchWithoutText(article.id, from: database)
    return stored?.source == .imported ? stored : nil
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

  /// The article with what the fix lists that were imported say of it.
  private static func expected(_ article: Article, in database: Database) throws -> Article {
    var article = article
    try StoredFixLists.listings(of: article.id, from: database)?.apply(to: &article)
    return article
  }

  /// Whether the article, or its original with the rules beyond its text, is there. What other
  /// articles contribute to it, links to it and the titles of those it names, doesn't count.
  private static func isStored(_ article: Article, in database: Database) throws -> Bool {
    if let original = try original(of: article, in: database) {
      var complete = original
      complete.addRules(beyondTextOf: article)
      return complete.fixes == original.fixes
    }
    guard var stored = try ArticleReader.fetch(article.id, from: database) else { return false }
    var article = try expected(article, in: database)
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
    migrations: Migrations, articles: [Article] = [.q179827],
    timeLimit: Duration = ArticleStore.timeLimit
  ) throws -> ArticleStore {
    let file = DatabaseFile(kind: .knowledgeBase, path: ":memory:", migrations: migrations)
    return try file.mappingErrors("build") {
      let queue = try DatabaseQueue()
      try migrations.migrator.migrate(queue)
      try queue.write { database in
        var writer = try ArticleWriter(database)
        for article in articles { try writer.store(ArticleRecord(article)) }
        try writer.finish()
      }
      return try ArticleStore(queue: queue, file: file, timeLimit: timeLimit)
    }
  }
}
