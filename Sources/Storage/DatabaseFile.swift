import Foundation
import GRDB

/// Which of the two databases a file is, as its header says (`PRAGMA application_id`).
enum DatabaseKind: Int32 {
  case knowledgeBase = 0x464C_4B42
  case fleet = 0x464C_464C

  var name: String {
    switch self {
    case .knowledgeBase: "knowledge base"
    case .fleet: "fleet database"
    }
  }
}

/// Opens the databases of this program, and refuses every other file without touching it.
struct DatabaseFile {
  var kind: DatabaseKind
  var path: String
  var migrations: Migrations

  /// Opens the file for writing, makes it if it is missing, and brings its schema up to date.
  func openForWriting(_ configuration: Configuration) throws -> DatabaseQueue {
    let isNew = try checkHeader() == false
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
  func openForReading() throws -> DatabaseQueue {
    guard try checkHeader() else {
      throw StorageError(
        .inaccessible, "open", path: path, reason: "there is no such file",
        hint: "`fixlevel serve` makes it")
    }
    return try mappingErrors("open") {
      let queue = try DatabaseQueue(path: path, configuration: .reading(kind))
      try queue.read { database in
        try check(database)
        guard try migrations.migrator.hasCompletedMigrations(database) else {
          throw StorageError(
            .failed, "open", path: path, reason: "its schema is older than this program",
            hint: "`fixlevel serve` brings it up to date")
        }
      }
      return queue
    }
  }

  /// Runs `body` and turns what SQLite throws into what this program says.
  func mappingErrors<Value>(_ operation: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw storageError(error, operation)
    }
  }

  private func storageError(_ error: DatabaseError, _ operation: String) -> StorageError {
    let reason = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_NOTADB:
      return foreign
    case .SQLITE_CORRUPT:
      return corrupt(reason)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      return StorageError(
        .inaccessible, operation, path: path, reason: reason,
        hint: "check the owner and the permissions of the file and its folder")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StorageError(
        .locked, operation, path: path, reason: reason,
        hint: "end the other program that has it open")
    case .SQLITE_FULL:
      return StorageError(
        .failed, operation, path: path, reason: reason, hint: "make room on the disk")
    default:
      return StorageError(
        .failed, operation, path: path, reason: reason, hint: "see the message of SQLite")
    }
  }

  /// False if there is no file yet or an empty one.
  ///
  /// Looked at without SQLite, which would already create or recover files beside it.
  private func checkHeader() throws -> Bool {
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
    let id = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard id == UInt32(bitPattern: kind.rawValue) else { throw foreign }
    return true
  }

  private func check(_ database: Database) throws {
    guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == kind.rawValue else {
      throw foreign
    }
    if try migrations.migrator.hasBeenSuperseded(database) {
      throw StorageError(
        .newer, "open", path: path, reason: "it was written by a newer version of fixlevel",
        hint: "start that version, or use another data directory")
    }
    // Touches the last page, so that a file cut off in the middle is refused now and not later.
    let damage = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
    guard damage == "ok" else { throw corrupt(damage) }
  }

  private var foreign: StorageError {
    StorageError(
      .foreign, "open", path: path, reason: "it is not a fixlevel \(kind.name)",
      hint: "use another data directory; the file was not touched")
  }

  private func corrupt(_ reason: String) -> StorageError {
    StorageError(
      .corrupt, "open", path: path, reason: "it is damaged (\(reason))",
      hint: "put it aside and restore a backup; the file was not touched")
  }
}
