public import Foundation
import GRDB

/// `fleet.sqlite`: hosts, series, samples, uploads, tokens, in WAL mode.
///
/// This object holds the one connection of the one process that writes and checkpoints it.
public final class FleetDatabase: Sendable {
  /// The name of the file in the data directory.
  public static let fileName = "fleet.sqlite"

  private let writer: DatabaseQueue
  private let file: DatabaseFile

  /// Opens the database, makes it if it is missing, and brings its schema up to date.
  ///
  /// The lock is borrowed as the proof that no other process writes here.
  ///
  /// - Throws: `StorageError`.
  public init(
    directory: URL, lockedBy lock: borrowing DataDirectoryLock, migrations: Migrations
  ) throws {
    file = DatabaseFile(
      kind: .fleet, path: directory.appending(path: Self.fileName).path, migrations: migrations)
    writer = try file.openForWriting(.writingFleet)
    // What a killed process left in the log goes into the file before anything else.
    try checkpoint()
  }

  /// Runs `body` in one transaction; when this returns the commit is on disk.
  ///
  /// - Throws: `StorageError`, or what `body` throws; then nothing of it is stored.
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try file.mappingErrors("write to") { try writer.write(body) }
  }

  /// Copies what the write-ahead log holds into the database file and empties the log.
  ///
  /// - Throws: `StorageError`.
  public func checkpoint() throws {
    _ = try file.mappingErrors("checkpoint") {
      try writer.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
  }

  /// Empties the write-ahead log and closes the connection.
  ///
  /// - Throws: `StorageError`.
  public func close() throws {
    try checkpoint()
    try file.mappingErrors("close") { try writer.close() }
  }
}
