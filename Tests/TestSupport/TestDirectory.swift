public import Foundation
public import SQLite

/// A data directory of one test, gone when the test is.
public final class TestDirectory {
  /// Where it is.
  public let url: URL

  /// Makes the folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "fixlevel-test-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in it.
  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// The program's migrations of `kb` or `fleet`.
  public func migrations(_ database: String) throws -> Migrations {
    try Migrations(folder: packageFolder.appending(path: "Migrations/\(database)"))
  }

  /// Migrations with one more step than the program has.
  public func newerMigrations(_ database: String) throws -> Migrations {
    let folder = url.appending(path: "newer-\(database)")
    try FileManager.default.copyItem(
      at: packageFolder.appending(path: "Migrations/\(database)"), to: folder)
    let count = try FileManager.default.contentsOfDirectory(atPath: folder.path).count
    let name = "000\(count + 1)_from_the_future.sql"
    try Data("CREATE TABLE future (id INTEGER PRIMARY KEY) STRICT;".utf8)
      .write(to: folder.appending(path: name))
    return try Migrations(folder: folder)
  }

  private var packageFolder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }
}
