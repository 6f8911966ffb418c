import Foundation
import GRDB
import GRDBSQLite

extension DatabaseError {
  /// Whether there was no room for what was to be written; to be asked right after the error.
  ///
  /// SQLite knows a full disk. A quota, or the largest file that the process may write, are the same
  /// to a client.
  func isFullDisk(_ database: Database) -> Bool {
    switch extendedResultCode {
    case .SQLITE_FULL, .SQLITE_IOERR_SHMSIZE: true
    case .SQLITE_IOERR_WRITE:
      [EDQUOT, EFBIG].contains(sqlite3_system_errno(database.sqliteConnection))
    default: false
    }
  }
}
