import Foundation
package import GRDB
package import System

/// Which of the two databases a file is, as its header says (`PRAGMA application_id`).
package enum DatabaseKind: Int32 {
  case knowledgeBase = 0x464C_4B42
  case fleet = 0x464C_464C

  /// The file's name in the data directory.
  package var fileName: String {
    switch self {
    case .knowledgeBase: "kb.sqlite"
    case .fleet: "fleet.sqlite"
    }
  }

  package var name: String {
    switch self {
    case .knowledgeBase: "knowledge base"
    case .fleet: "fleet database"
    }
  }
}

/// Opens the databases of this program, and refuses every other file without touching it.
package struct DatabaseFile {
  package var kind: DatabaseKind
  package var path: String
  package var migrations: Migrations

  package init(kind: DatabaseKind, path: String, migrations: Migrations) {
    self.kind = kind
    self.path = path
    self.migrations = migrations
  }

  /// Opens the file for writing, makes it if it is missing, and brings its schema up to date.
  /// No other connection of this process may be open.
  package func openForWriting(_ configuration: Configuration) throws -> DatabaseQueue {
    let isNew = try !isOurs()
    return try mappingErrors("open") {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      do {
        if !isNew { try queue.read(check) }
        try migrations.migrator.migrate(queue)
        try queue.read(check)
        return queue
      } catch {
        try? queue.close()
        throw error
      }
    }
  }

  /// Opens the file for reading only; its schema must be up to date.
  ///
  /// SQLite alone looks at the file here: closing a descriptor of it would drop the locks that
  /// other connections of this process hold (sqlite.org/howtocorrupt.html §2.2).
  package func openForReading() throws -> DatabaseQueue {
    try mappingErrors("open") {
      let queue = try DatabaseQueue(path: path, configuration: .reading(kind))
      try queue.read { database in
        try check(database)
        guard try hasCurrentSchema(database) else {
          throw StorageError(
            .failed, "open", path: path, reason: "its schema is older than this program",
            hint: "`fixlevel serve` brings it up to date")
        }
      }
      return queue
    }
  }

  /// Whether all migrations have run.
  package func hasCurrentSchema(_ database: Database) throws -> Bool {
    try migrations.migrator.hasCompletedMigrations(database)
  }

  /// Runs `body` and turns what SQLite throws into what this program says.
  package func mappingErrors<Value>(_ operation: String, _ body: () throws -> Value) throws -> Value
  {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw storageError(error, operation)
    } catch let error as UnreadableRow {
      throw corrupt(
        operation, "the table \(error.table) has a value for \(error.name) that is unknown")
    }
  }

  private func storageError(_ error: DatabaseError, _ operation: String) -> StorageError {
    let reason = error.reason
    switch error.resultCode {
    case .SQLITE_NOTADB:
      return foreign
    case .SQLITE_CORRUPT:
      return corrupt(operation, reason)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      return StorageError(
        .inaccessible, operation, path: path, reason: reason,
        hint: "check the owner and the permissions of the file and its folder")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StorageError(
        .locked, operation, path: path, reason: reason,
        hint: "end the other program that has it open")
    case .SQLITE_INTERRUPT:
      return StorageError(
        .timedOut, operation, path: path, reason: "it took longer than a query may",
        hint: "ask for something more specific")
    case .SQLITE_FULL:
      return StorageError(
        .failed, operation, path: path, reason: reason, hint: "make room on the disk")
    case .SQLITE_IOERR:
      return StorageError(
        .failed, operation, path: path, reason: reason,
        hint: "check the disk; sqlite.org/rescode.html explains the code")
    default:
      return StorageError(
        .failed, operation, path: path, reason: reason,
        hint: "sqlite.org/rescode.html explains the code")
    }
  }

  /// Whether there is a database of this kind; false if there is none yet.
  ///
  /// Looked at without SQLite as far as possible, which would create or recover files beside it.
  ///
  /// - Throws: `StorageError` if the file is something else.
  package func isOurs() throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw StorageError(
        .inaccessible, "read", path: path, reason: "permission denied",
        hint: "check the owner and the permissions of the file")
    }
    defer { try? file.close() }
    let header = (try? file.read(upToCount: 100)).flatMap { $0 } ?? Data()
    if header.isEmpty { return false }
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw foreign
    }
    switch header[68..<72].reduce(UInt32(0), { $0 << 8 | UInt32($1) }) {
    case UInt32(bitPattern: kind.rawValue): return true
    case 0: return try isOursByItsLog()
    default: throw foreign
    }
  }

  /// Whether a file without a mark gets its mark from its write-ahead log: so it is when a process
  /// was killed right after it made the file.
  private func isOursByItsLog() throws -> Bool {
    try mappingErrors("open") {
      var configuration = Configuration()
      configuration.readonly = true
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return try queue.read { database in
        let mark = try Int32.fetchOne(database, sql: "PRAGMA application_id")
        if mark == kind.rawValue { return true }
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard mark == 0, isEmpty else { throw foreign }
        return false
      }
    }
  }

  /// Reading the first page, SQLite refuses a file that is shorter than its header says.
  package func check(_ database: Database) throws {
    guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == kind.rawValue else {
      throw foreign
    }
    if try migrations.migrator.hasBeenSuperseded(database) {
      throw StorageError(
        .newer, "open", path: path, reason: "it was written by a newer version of fixlevel",
        hint: "start that version, or use another data directory")
    }
  }

  private var foreign: StorageError {
    StorageError(
      .foreign, "open", path: path, reason: "it is not a fixlevel \(kind.name)",
      hint: "use another data directory; the file was not touched")
  }

  package func corrupt(_ operation: String, _ reason: String) -> StorageError {
    StorageError(
      .corrupt, operation, path: path, reason: "it is damaged: \(reason)",
      hint: "put it aside and restore a backup")
  }
}
