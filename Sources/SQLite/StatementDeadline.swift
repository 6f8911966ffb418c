package import GRDB
import GRDBSQLite
import Synchronization

/// Ends the statements of one connection when their time is up.
///
/// SQLite asks at every few thousand steps of its virtual machine; a statement that is ended so
/// fails with `SQLITE_INTERRUPT`.
package final class StatementDeadline: Sendable {
  /// Steps between two looks at the clock: some tens of microseconds.
  private static let steps: CInt = 4_000
  private static let start = ContinuousClock.now

  private let limit: Duration
  /// Nanoseconds since `start`.
  private let end = Atomic<Int64>(.max)

  package init(limit: Duration) { self.limit = limit }

  /// Lets SQLite ask on this connection, which must not outlive this object.
  package func attach(to database: Database) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      database.sqliteConnection, Self.steps,
      { context in
        guard let context else { return 0 }
        return Unmanaged<StatementDeadline>.fromOpaque(context).takeUnretainedValue().hasPassed
          ? 1 : 0
      }, context)
  }

  /// From now on the limit counts.
  package func restart() { end.store(Self.now + Self.nanoseconds(limit), ordering: .relaxed) }

  private var hasPassed: Bool { Self.now > end.load(ordering: .relaxed) }

  private static var now: Int64 { nanoseconds(ContinuousClock.now - start) }

  /// Limits of more than a century count as one.
  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return min(seconds, 3_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
