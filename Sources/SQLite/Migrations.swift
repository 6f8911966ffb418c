public import Foundation
package import GRDB
import System

/// The numbered SQL files of one database, in order: forward only, one transaction each.
///
/// A file that was released is never changed; a new one is added. A database that holds a
/// migration which isn't among them was written by a newer program and is refused.
public struct Migrations: Sendable {
  struct Step: Sendable {
    /// The file's name without `.sql`, such as `0001_articles`; it is stored in the database.
    var name: String
    var sql: String
  }

  let steps: [Step]

  /// Reads `0001_name.sql`, `0002_name.sql` … of a folder.
  ///
  /// - Throws: `StorageError` if there is none, one can't be read, or a number is missing or
  ///   there twice.
  public init(folder: URL) throws {
    func error(_ reason: String) -> StorageError {
      StorageError(
        .inaccessible, "read the migrations in", path: folder.path, reason: reason,
        hint: "keep the Migrations folder beside the program or name it with --migrations-dir")
    }
    func reading<Value>(_ what: String, _ body: () throws -> Value) throws -> Value {
      do {
        return try body()
      } catch let cause {
        throw error("\(what) can't be read: \(cause.localizedDescription)")
      }
    }
    let names = try reading("the folder") {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }.filter { $0.hasSuffix(".sql") }.sorted()
    guard !names.isEmpty else { throw error("the folder holds no .sql file") }
    steps = try names.enumerated().map { index, name in
      guard let number = name.split(separator: "_").first.flatMap({ Int($0) }),
        number == index + 1
      else { throw error("\(name) is out of order: number \(index + 1) was expected") }
      let sql = try reading(name) {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      return Step(name: String(name.dropLast(4)), sql: sql)
    }
  }

  package var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for step in steps {
      migrator.registerMigration(step.name) { database in try database.execute(sql: step.sql) }
    }
    return migrator
  }
}
