import GRDB
import GRDBSQLite
import SQLite
import Synchronization

/// The write-ahead log of `fleet.sqlite`: when the writer, and nobody else, makes checkpoints.
final class WriteAheadLog: Sendable {
  /// Pages in the log from which the writer copies them into the file: 4 MiB.
  private static let passivePages = 1_024
  /// Pages from which it waits for readers to be done, to begin the log anew: 64 MiB.
  private static let truncatePages = 16_384

  /// How long a checkpoint waits for readers.
  private static let readersMilliseconds: CInt = 100
  /// As `Configuration.writingFleet` sets it.
  private static let busyMilliseconds: CInt = 5_000

  /// Pages in the log after the last commit.
  private let pages = Atomic<Int>(0)
  /// Pages in the log after the last checkpoint, which a reader may have kept there.
  private let pagesLeft = Atomic<Int>(0)

  /// Lets SQLite tell the length of the log at each commit of this connection, which must not outlive
  /// this object. That takes the place of automatic checkpoints.
  func attach(to database: Database) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_wal_hook(
      database.sqliteConnection,
      { context, _, _, pages in
        if let context {
          Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
            .pages.store(Int(pages), ordering: .relaxed)
        }
        return SQLITE_OK
      }, context)
  }

  /// A checkpoint if the log has grown enough since the last.
  ///
  /// - Throws: As `truncate`.
  func checkpointIfLarge(_ database: Database) throws {
    let pages = pages.load(ordering: .relaxed)
    // A log whose pages are all in the file is begun anew by the next commit.
    if pages < pagesLeft.load(ordering: .relaxed) { pagesLeft.store(0, ordering: .relaxed) }
    guard pages >= pagesLeft.load(ordering: .relaxed) + Self.passivePages else { return }
    if pages >= Self.truncatePages {
      try truncate(database)
    } else {
      try checkpoint(.passive, database)
    }
  }

  /// Copies all pages into the file and empties the log; leaves it where a reader needs it for longer
  /// than uploads may wait, and where the disk is full: it is as good as the file.
  ///
  /// - Throws: `DatabaseError` of another kind. The log stays, and a later commit tries again.
  func truncate(_ database: Database) throws {
    if try checkpoint(.truncate, database) {
      pages.store(0, ordering: .relaxed)
      pagesLeft.store(0, ordering: .relaxed)
    }
  }

  /// - Returns: Whether it is done.
  @discardableResult
  private func checkpoint(_ mode: Database.CheckpointMode, _ database: Database) throws -> Bool {
    sqlite3_busy_timeout(database.sqliteConnection, Self.readersMilliseconds)
    defer { sqlite3_busy_timeout(database.sqliteConnection, Self.busyMilliseconds) }
    pagesLeft.store(pages.load(ordering: .relaxed), ordering: .relaxed)
    do {
      try database.checkpoint(mode)
      return true
    } catch let error as DatabaseError where error.isFullDisk || error.resultCode == .SQLITE_BUSY {
      return false
    }
  }
}
