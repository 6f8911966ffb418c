package import GRDB

extension DatabaseError {
  /// Whether there was no room for what was to be written.
  ///
  /// SQLite knows `ENOSPC` alone: a quota, and the largest file that the process may write, are
  /// `SQLITE_IOERR_WRITE` like a disk that refuses to be written. Nothing was stored either way, and
  /// later it may be.
  package var isFullDisk: Bool {
    [.SQLITE_FULL, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE].contains(extendedResultCode)
  }

  /// Whether the disk could not make durable what was written. Nobody knows then what is on it, and
  /// asking again may hide it (wiki.postgresql.org/wiki/Fsync_Errors).
  package var isFailedSync: Bool {
    [.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC].contains(extendedResultCode)
  }
}
