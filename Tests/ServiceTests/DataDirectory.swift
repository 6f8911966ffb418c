import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import System

@testable import Service
@testable import UseCases
@testable import Web

/// A temporary data directory with a knowledge base of given articles.
final class DataDirectory {
  let url: URL
  let migrations: Migrations

  init(_ articles: [Article]) throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "fixlevel-\(UUID().uuidString)", directoryHint: .isDirectory)
    migrations = try Migrations(
      folder: TestClient.packageFolder.appending(path: "Migrations/kb"))
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try Self.file(of: articles, migrations).write(
      to: url.appending(path: ArticleStore.fileName))
  }

  /// The files that were built so far: many tests read the same articles.
  ///
  /// The lock is not a `Mutex`: that waits inside Swift's library, where ThreadSanitizer doesn't see that
  /// one thread had to wait for the other, and takes the two for a race.
  private nonisolated(unsafe) static var files: [[Article]: Data] = [:]
  private static let lock = NSLock()

  private static func file(of articles: [Article], _ migrations: Migrations) throws -> Data {
    try lock.withLock {
      if let file = files[articles] { return file }
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "fixlevel-\(UUID().uuidString)", directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try KnowledgeBaseBuilder.prepare(
        directory: folder, migrations: migrations, builtIn: articles)
      let file = try Data(contentsOf: folder.appending(path: ArticleStore.fileName))
      files[articles] = file
      return file
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Builds another file elsewhere and renames it over the present one.
  func replace(by articles: [Article]) throws {
    let other = try DataDirectory(articles)
    try move(other.url.appending(path: ArticleStore.fileName))
  }

  /// Renames a file that is no database over the present one.
  func damage() throws {
    let file = url.appending(path: "damaged")
    try Data("not a database".utf8).write(to: file)
    try move(file)
  }

  func remove() throws {
    try FileManager.default.removeItem(at: url.appending(path: ArticleStore.fileName))
  }

  private func move(_ file: URL) throws {
    guard rename(file.path, url.appending(path: ArticleStore.fileName).path) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }
}
