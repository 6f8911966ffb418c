import ArgumentParser
import ArticleStore
import Foundation
import KnowledgeBase
import SQLite

/// Where a command finds its articles.
struct KnowledgeBaseOptions: ParsableArguments {
  /// Read before the options are: `Setting.environment`.
  @Option(name: .setting(.config), help: .setting(.config))
  var config: String?

  @Option(name: .setting(.dataDir), help: .setting(.dataDir))
  var dataDir = Defaults.dataDir

  @Option(name: .setting(.migrationsDir), help: .setting(.migrationsDir))
  var migrationsDir: String?

  var directory: URL { URL(filePath: dataDir, directoryHint: .isDirectory) }

  /// Makes the data directory if it is missing.
  func makeDirectory() throws {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw ProgramFailure(
        .storage,
        "cannot make the data directory \(directory.path): \(error.localizedDescription)")
    }
  }

  /// The SQL files of one database.
  func migrations(_ database: String) throws -> Migrations {
    let folder = ResourceFolder.migrations.url(override: migrationsDir)
    return try Migrations(folder: folder.appending(path: database))
  }

  /// The data directory's knowledge base, or the built-in articles if there is none.
  func openStore() throws -> ArticleStore {
    let migrations = try migrations("kb")
    let file = directory.appending(path: ArticleStore.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      return try KnowledgeBaseBuilder.inMemory(migrations: migrations)
    }
    return try ArticleStore(directory: directory, migrations: migrations)
  }

  /// The product of an option's value.
  func product(_ text: String) throws -> Product {
    guard let product = ProductCatalogue.builtIn.product(named: text) else {
      throw ProgramFailure(
        .usage, "\(text.prefix(80)) is no product of the catalogue, such as windows-nt-server-4.0")
    }
    return product
  }

  /// The article of an argument.
  ///
  /// - Parameter store: a knowledge base that is open already.
  func article(_ text: String, in store: ArticleStore? = nil) throws -> Article {
    try ProgramFailure.mapping {
      guard let id = ArticleID(text) else {
        throw ProgramFailure(
          .usage, "\(text.prefix(40)) is not an article's number, such as Q179827")
      }
      guard let article = try (store ?? openStore()).article(id) else {
        throw ProgramFailure(.usage, "\(id) is not in this knowledge base")
      }
      return article
    }
  }
}
