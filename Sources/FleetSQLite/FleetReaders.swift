import GRDB
import SQLite
import Synchronization

/// Connections to `fleet.sqlite` that only read: each is lent to one thread at a time.
final class FleetReaders: Sendable {
  /// Idle connections that are kept.
  private static let idleMax = 16

  private struct Reader: Sendable {
    var connection: DatabaseQueue
    var deadline: StatementDeadline
  }

  private let file: DatabaseFile
  private let timeLimit: Duration
  private let idle = Mutex<[Reader]>([])

  init(_ file: DatabaseFile, timeLimit: Duration) {
    self.file = file
    self.timeLimit = timeLimit
  }

  /// One snapshot for all that `body` reads. A statement that takes longer than the limit fails with
  /// `SQLITE_INTERRUPT`.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let reader = try idle.withLock { $0.popLast() } ?? open()
    defer {
      idle.withLock { if $0.count < Self.idleMax { $0.append(reader) } }
    }
    reader.deadline.restart()
    return try reader.connection.read(body)
  }

  /// Closes the idle connections; for a time at which nobody reads.
  func close() {
    let readers = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for reader in readers { try? reader.connection.close() }
  }

  private func open() throws -> Reader {
    let connection = try file.openForReading()
    let deadline = StatementDeadline(limit: timeLimit)
    try connection.read { deadline.attach(to: $0) }
    return Reader(connection: connection, deadline: deadline)
  }
}
