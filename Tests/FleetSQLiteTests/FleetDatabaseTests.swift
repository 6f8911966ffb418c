import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles
import KnowledgeBase
import Synchronization
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

@Suite("fleet.sqlite")
struct FleetDatabaseTests {
  private func open(_ directory: TestDirectory, _ lock: borrowing DataDirectoryLock) throws
    -> FleetDatabase
  {
    try FleetDatabase(
      directory: directory.url, lockedBy: lock, migrations: try directory.migrations("fleet"))
  }

  @Test("what was written is there after a reopen, and the log is emptied on close")
  func persistence() throws {
    let directory = try TestDirectory()
    let lock = try DataDirectoryLock(directory: directory.url)
    let first = try open(directory, lock)
    try first.write {
      try $0.execute(sql: "INSERT INTO tenant (name) VALUES ('PLC-07')")
    }
    try first.close()
    let log = try? FileManager.default.attributesOfItem(atPath: directory.path("fleet.sqlite-wal"))
    #expect((log?[.size] as? Int ?? 0) == 0)
    let second = try open(directory, lock)
    let names = try second.write { try String.fetchAll($0, sql: "SELECT name FROM tenant") }
    #expect(names == ["PLC-07"])
    try second.close()
  }

  @Test("the writer's connection is set up for durability and against the WAL bug")
  func settings() throws {
    let directory = try TestDirectory()
    let lock = try DataDirectoryLock(directory: directory.url)
    let fleet = try open(directory, lock)
    let expected = [
      "journal_mode": "wal", "synchronous": "2", "wal_autocheckpoint": "0", "foreign_keys": "1",
      "trusted_schema": "0",
    ]
    for (pragma, value) in expected {
      let actual = try fleet.write { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
      #expect(actual == value, "\(pragma)")
    }
    try fleet.close()
  }

  @Test("a database whose maker was killed before its first checkpoint is opened again")
  func killedBeforeCheckpoint() throws {
    let (made, copy) = (try TestDirectory(), try TestDirectory())
    let migrations = try made.migrations("fleet")
    let file = DatabaseFile(
      kind: .fleet, path: made.path("fleet.sqlite"), migrations: migrations)
    let queue = try file.openForWriting(.writingFleet)
    // The files as a kill leaves them: the connection is still open.
    for name in ["fleet.sqlite", "fleet.sqlite-wal"] {
      try FileManager.default.copyItem(atPath: made.path(name), toPath: copy.path(name))
    }
    try queue.close()
    let lock = try DataDirectoryLock(directory: copy.url)
    let fleet = try open(copy, lock)
    #expect(try fleet.write { try Int.fetchOne($0, sql: "SELECT count(*) FROM tenant") } == 0)
    try fleet.close()
  }

  @Test("a transaction that throws stores nothing")
  func rollback() throws {
    struct Stop: Error {}
    let directory = try TestDirectory()
    let lock = try DataDirectoryLock(directory: directory.url)
    let fleet = try open(directory, lock)
    #expect(throws: Stop.self) {
      try fleet.write { database in
        try database.execute(sql: "INSERT INTO tenant (name) VALUES ('x')")
        throw Stop()
      }
    }
    #expect(try fleet.write { try Int.fetchOne($0, sql: "SELECT count(*) FROM tenant") } == 0)
    try fleet.close()
  }

  @Test("a second holder of the data directory is refused until the first is gone")
  func lock() throws {
    let directory = try TestDirectory()
    func hold() throws {
      let first = try DataDirectoryLock(directory: directory.url)
      #expect {
        _ = try DataDirectoryLock(directory: directory.url)
      } throws: { error in
        (error as? StorageError)?.kind == .locked
      }
      _ = consume first
    }
    try hold()
    _ = try DataDirectoryLock(directory: directory.url)
  }

  @Test("another process that reads hinders neither the start nor the end")
  func readBesides() throws {
    let directory = try TestDirectory()
    let lock = try DataDirectoryLock(directory: directory.url)
    let first = try open(directory, lock)
    let file = DatabaseFile(
      kind: .fleet, path: directory.path("fleet.sqlite"),
      migrations: try directory.migrations("fleet"))
    let reader = try file.openForReading()
    try reader.read { database in
      #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM tenant") == 0)
      try first.write { try $0.execute(sql: "INSERT INTO tenant (name) VALUES ('x')") }
      try first.close()
      // What closed can't be asked any more.
      #expect(throws: (any Error).self) { try first.write { _ in } }
      let second = try open(directory, lock)
      #expect(try second.write { try Int.fetchOne($0, sql: "SELECT count(*) FROM tenant") } == 1)
      try second.close()
    }
    try reader.close()
  }

  @Test("a checkpoint that fails is said once, and one whose sync fails ends it all")
  func failedCheckpoints() throws {
    let failed = Mutex<[ResultCode]>([])
    let said = Mutex<[ResultCode]>([])
    let connection = try DatabaseQueue()
    let log = WriteAheadLog()
    let queue = CommitQueue(
      connection, log: log, limits: FleetLimits(), committed: { _, _ in },
      failed: { error in failed.withLock { $0.append(error.extendedResultCode) } },
      checkpointFailed: { error in said.withLock { $0.append(error.extendedResultCode) } },
      filled: { _ in }, mapping: { $0 })
    func fail(_ code: ResultCode) {
      queue.checkpoint { throw DatabaseError(resultCode: code) }
    }
    fail(.SQLITE_IOERR_READ)
    fail(.SQLITE_CORRUPT)
    #expect(said.withLock { $0 } == [.SQLITE_IOERR_READ])
    try queue.write { _, _ in }
    #expect(failed.withLock { $0 } == [])
    fail(.SQLITE_IOERR_FSYNC)
    fail(.SQLITE_IOERR_FSYNC)
    #expect(failed.withLock { $0 } == [.SQLITE_IOERR_FSYNC])
    #expect(throws: FleetError.stopped) { try queue.write { _, _ in } }
  }

  @Test("a checkpoint tells of what is neither a reader nor a full disk")
  func checkpointErrors() throws {
    let directory = try TestDirectory()
    let lock = try DataDirectoryLock(directory: directory.url)
    let fleet = try open(directory, lock)
    let log = WriteAheadLog()
    try fleet.write { database in
      try database.execute(sql: "INSERT INTO tenant (name) VALUES ('x')")
      // Within a transaction there is none.
      #expect(throws: DatabaseError.self) { try log.truncate(database) }
    }
    try fleet.close()
  }
}
