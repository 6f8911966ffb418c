import Fleet
import Foundation
import GRDB
import SQLite
import Synchronization
import System

/// Uploads on their way to disk: all that wait when a commit begins share it.
///
/// The writing connection's own queue is the one thread that writes. While it waits for the disk the
/// next uploads gather; nothing waits on purpose. Each upload is in a savepoint of its own, so that
/// one that is refused takes none of the others with it, and none is acknowledged before the commit.
final class CommitQueue: Sendable {
  typealias Done = @Sendable (Result<UploadReceipt, any Error>) -> Void

  /// Samples of one commit, beyond which the next upload waits for the next one.
  private static let batchBytesMax = 32 << 20

  private struct Waiting {
    var upload: PreparedUpload
    var done: Done
  }

  private struct State {
    var waiting: [Waiting] = []
    var bytes = 0
    /// Whether the connection's queue has been asked to write.
    var isScheduled = false
    var isStopped = false
    /// Whether the last write found no room.
    var isFull = false
    /// Whether it was said that a checkpoint failed.
    var hasCheckpointFailed = false
  }

  private let connection: DatabaseQueue
  private let limits: FleetLimits
  private let state = Mutex(State())
  private let rows: Mutex<KnownRows>
  private let log: WriteAheadLog
  private let committed: @Sendable (Int, Duration) -> Void
  private let failed: @Sendable (DatabaseError) -> Void
  private let checkpointFailed: @Sendable (DatabaseError) -> Void
  private let filled: @Sendable (Bool) -> Void
  private let mapping: @Sendable (any Error) -> any Error

  /// - Parameters:
  ///   - committed: Called after each commit with its uploads, and how long it took.
  ///   - failed: Called once if the disk failed to make a commit or a checkpoint durable; nothing is
  ///     written or acknowledged after it.
  ///   - checkpointFailed: Called once if a checkpoint fails otherwise; uploads go on into the log.
  ///   - filled: Called when a write finds no room, and when one finds room again.
  ///   - mapping: What the clients of this object get to see of an error.
  init(
    _ connection: DatabaseQueue, log: WriteAheadLog, limits: FleetLimits,
    committed: @escaping @Sendable (Int, Duration) -> Void,
    failed: @escaping @Sendable (DatabaseError) -> Void,
    checkpointFailed: @escaping @Sendable (DatabaseError) -> Void,
    filled: @escaping @Sendable (Bool) -> Void,
    mapping: @escaping @Sendable (any Error) -> any Error
  ) {
    self.connection = connection
    self.log = log
    self.limits = limits
    self.committed = committed
    self.failed = failed
    self.checkpointFailed = checkpointFailed
    self.filled = filled
    self.mapping = mapping
    rows = Mutex(KnownRows(limits: limits))
  }

  func submit(_ upload: PreparedUpload, done: @escaping Done) {
    let refusal: FleetError? = state.withLock { state in
      if state.isStopped { return .stopped }
      guard state.waiting.count < limits.waitingUploads,
        state.waiting.isEmpty || state.bytes + upload.bytes <= limits.waitingBytes
      else { return .busy }
      state.waiting.append(Waiting(upload: upload, done: done))
      state.bytes += upload.bytes
      return nil
    }
    if let refusal { return done(.failure(refusal)) }
    schedule()
  }

  /// Runs `body` in a transaction of its own, in turn with the uploads.
  func write<Value: Sendable>(
    _ body: (Database, inout UploadTransaction) throws -> Value
  ) throws -> Value {
    if state.withLock({ $0.isStopped }) { throw FleetError.stopped }
    return try connection.writeWithoutTransaction { database in
      defer { checkpoint { try log.checkpointIfLarge(database) } }
      return try transaction(database) { try body(database, &$0) }
    }
  }

  /// Returns when nothing waits any more; for a time at which nobody submits.
  func drain() {
    while state.withLock({ !$0.waiting.isEmpty || $0.isScheduled }) {
      connection.writeWithoutTransaction { _ in }
    }
  }

  private func schedule() {
    let isNeeded = state.withLock { state in
      guard !state.isScheduled, !state.waiting.isEmpty else { return false }
      state.isScheduled = true
      return true
    }
    guard isNeeded else { return }
    connection.asyncWriteWithoutTransaction { database in
      let batch = self.takeBatch()
      let results = self.commit(batch, database)
      for (entry, result) in zip(batch, results) { entry.done(result) }
      // They are on disk: nobody waits for a checkpoint, which may copy 64 MiB.
      self.checkpoint { try self.log.checkpointIfLarge(database) }
      // Behind whatever else waits for the connection by now.
      self.schedule()
    }
  }

  private func takeBatch() -> [Waiting] {
    state.withLock { state in
      state.isScheduled = false
      var bytes = 0
      var count = 0
      while count < state.waiting.count, count == 0 || bytes < Self.batchBytesMax {
        bytes += state.waiting[count].upload.bytes
        count += 1
      }
      let batch = Array(state.waiting.prefix(count))
      state.waiting.removeFirst(count)
      state.bytes -= bytes
      return batch
    }
  }

  private func commit(
    _ batch: [Waiting], _ database: Database
  ) -> [Result<UploadReceipt, any Error>] {
    if state.withLock({ $0.isStopped }) {
      return batch.map { _ in .failure(FleetError.stopped) }
    }
    do {
      let start = ContinuousClock.now
      let results = try transaction(database) { transaction in
        var results: [Result<UploadReceipt, any Error>] = []
        for entry in batch { results.append(try store(entry.upload, database, &transaction)) }
        return results
      }
      committed(batch.count, start.duration(to: .now))
      return results
    } catch let error where batch.count > 1 && Self.isOfOneUpload(error) {
      // The others are not to fail with it, now and each time it comes again.
      let half = batch.count / 2
      return commit(Array(batch[..<half]), database) + commit(Array(batch[half...]), database)
    } catch {
      return batch.map { _ in .failure(error) }
    }
  }

  /// Whether another upload may fare better: a page that it needs is damaged, or a row is refused.
  private static func isOfOneUpload(_ error: any Error) -> Bool {
    // Full or stopped, and a lock, for which each would wait anew.
    !(error is FleetError) && (error as? StorageError)?.kind != .locked
  }

  /// One upload in its savepoint. What went wrong with the database itself ends the whole batch.
  private func store(
    _ upload: PreparedUpload, _ database: Database, _ transaction: inout UploadTransaction
  ) throws -> Result<UploadReceipt, any Error> {
    do {
      return .success(
        try transaction.savepoint(in: database) { try $0.store(upload, in: database) })
    } catch let error as DatabaseError {
      throw error
    } catch {
      return .failure(mapping(error))
    }
  }

  private func transaction<Value: Sendable>(
    _ database: Database, _ body: (inout UploadTransaction) throws -> Value
  ) throws -> Value {
    do {
      let value = try rows.withLock { try UploadTransaction.run(in: database, &$0, body) }
      setFull(false)
      return value
    } catch let error as DatabaseError {
      throw mapping(outcome(of: error, database))
    } catch {
      throw mapping(error)
    }
  }

  private func outcome(of error: DatabaseError, _ database: Database) -> any Error {
    if error.isFailedSync {
      stop(for: error)
      return FleetError.stopped
    }
    guard error.isFullDisk else { return error }
    // The log may be what fills the disk.
    checkpoint { try log.truncate(database) }
    setFull(true)
    return FleetError.full
  }

  private func stop(for error: DatabaseError) {
    let isFirst = state.withLock { state in
      defer { state.isStopped = true }
      return !state.isStopped
    }
    if isFirst { failed(error) }
  }

  /// Runs a checkpoint. Uploads don't depend on it, unless its sync fails.
  func checkpoint(_ body: () throws -> Void) {
    if state.withLock({ $0.isStopped }) { return }
    do {
      try body()
    } catch {
      let error = error as? DatabaseError ?? DatabaseError(message: "\(error)")
      if error.isFailedSync { return stop(for: error) }
      let isFirst = state.withLock { state in
        defer { state.hasCheckpointFailed = true }
        return !state.hasCheckpointFailed
      }
      if isFirst { checkpointFailed(error) }
    }
  }

  private func setFull(_ isFull: Bool) {
    let isChange = state.withLock { state in
      defer { state.isFull = isFull }
      return state.isFull != isFull
    }
    if isChange { filled(isFull) }
  }
}
