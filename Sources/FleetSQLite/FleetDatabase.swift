import Compression
public import Fleet
public import Foundation
import GRDB
public import SQLite
import Synchronization
public import System

/// `fleet.sqlite`: hosts, series, samples, uploads, tokens, in WAL mode.
///
/// This object holds the one connection of the one process that writes and checkpoints it.
public final class FleetDatabase: FleetStore {
  /// The name of the file in the data directory.
  public static let fileName = "fleet.sqlite"

  let limits: FleetLimits
  private let connection: DatabaseQueue
  private let file: DatabaseFile
  private let log = WriteAheadLog()
  private let queue: CommitQueue
  private let readers: FleetReaders
  /// Of `maintain`.
  let round = Mutex(MaintenanceRound())

  /// Opens the database, makes it if it is missing, and brings its schema up to date.
  ///
  /// - Parameters:
  ///   - lock: Proof that no other process writes here.
  ///   - timeLimit: How long a list or a lookup may take before it fails with `StorageError` of kind
  ///     `timedOut`.
  ///   - committed: Called after each commit with the number of its uploads and the time that it took.
  ///     It must be quick.
  ///   - diskFailed: Called once if the disk could not make a commit or a checkpoint durable. Nothing
  ///     is acknowledged after that; the process must exit and be restarted.
  ///   - checkpointFailed: Called once if the log can't be copied into the file for another reason than
  ///     a reader or a full disk. Uploads go on, into a log that grows.
  ///   - diskFilled: Called with true when a write finds the disk full, and with false when one finds
  ///     room again.
  /// - Throws: `StorageError`.
  public init(
    directory: URL, lockedBy lock: borrowing DataDirectoryLock, migrations: Migrations,
    limits: FleetLimits = FleetLimits(), timeLimit: Duration = .seconds(5),
    committed: @escaping @Sendable (Int, Duration) -> Void = { _, _ in },
    diskFailed: @escaping @Sendable (StorageError) -> Void = { _ in },
    checkpointFailed: @escaping @Sendable (StorageError) -> Void = { _ in },
    diskFilled: @escaping @Sendable (Bool) -> Void = { _ in }
  ) throws {
    let file = DatabaseFile(
      kind: .fleet, path: directory.appending(path: Self.fileName).path, migrations: migrations)
    let connection = try file.openForWriting(.writingFleet)
    self.file = file
    self.limits = limits
    self.connection = connection
    readers = FleetReaders(file, timeLimit: timeLimit)
    queue = CommitQueue(
      connection, log: log, limits: limits, committed: committed,
      failed: { error in
        diskFailed(
          StorageError(
            .failed, "sync", path: file.path, reason: error.reason,
            hint: "check the disk, then start again; what was acknowledged is stored"))
      },
      checkpointFailed: { error in
        checkpointFailed(
          StorageError(
            .failed, "checkpoint", path: file.path, reason: error.reason,
            hint: "check the disk: until it works the log beside the file grows"))
      },
      filled: diskFilled,
      mapping: { error in
        do {
          return try file.mappingErrors("write to") {
            if error is SampleCodec.Damage {
              throw file.corrupt("write to", "a block has a wrong checksum")
            }
            throw error
          }
        } catch {
          return error
        }
      })
    // What a killed process left in the log goes into the file before anything else.
    try checkpoint()
    connection.writeWithoutTransaction { log.attach(to: $0) }
  }

  /// Puts the upload in the queue of the next commit. If the queue is full, `done` gets
  /// `FleetError.busy`.
  public func store(
    _ upload: FleetUpload, done: @escaping @Sendable (Result<UploadReceipt, any Error>) -> Void
  ) {
    queue.submit(PreparedUpload(upload), done: done)
  }

  /// Reads from the database file, without touching any data.
  ///
  /// - Throws: `StorageError`.
  public func checkAvailable() throws {
    _ = try read { try Int.fetchOne($0, sql: "SELECT 1") }
  }

  /// Runs `body` in one transaction; when this returns the commit is on disk.
  ///
  /// - Throws: `FleetError`, `StorageError`, or what `body` throws; then nothing of it is stored.
  func write<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
    try queue.write { database, _ in try body(database) }
  }

  /// The same for what needs the ids of tenants and hosts.
  func write<Value: Sendable>(
    _ body: (Database, inout UploadTransaction) throws -> Value
  ) throws -> Value {
    try queue.write(body)
  }

  /// Runs `body` on one snapshot of what is committed.
  ///
  /// - Throws: `StorageError`, or what `body` throws.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try file.mappingErrors("read") {
      do {
        return try readers.read(body)
      } catch is SampleCodec.Damage {
        throw file.corrupt("read", "a block has a wrong checksum")
      } catch is DecompressionError {
        throw file.corrupt("read", "a diagnosis can't be decompressed")
      }
    }
  }

  /// Copies what the write-ahead log holds into the database file and empties the log. That stays on a
  /// full disk, and while another process, such as `fixlevel backup`, reads.
  private func checkpoint() throws {
    try file.mappingErrors("checkpoint") {
      try connection.writeWithoutTransaction { try log.truncate($0) }
    }
  }

  /// Commits the waiting uploads, empties the write-ahead log if it can, and closes the connections. Make
  /// no other call during or after this one.
  ///
  /// - Throws: `StorageError`.
  public func close() throws {
    queue.drain()
    readers.close()
    let checkpointed = Result { try checkpoint() }
    try file.mappingErrors("close") { try connection.close() }
    try checkpointed.get()
  }
}
