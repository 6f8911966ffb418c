package import GRDB
import GRDBSQLite

extension DatabaseError {
  /// What SQLite says of the failure, with its extended result code, which tells failures with the same
  /// text apart: `disk I/O error (SQLITE_IOERR_FSYNC, SQLite code 1034)`.
  package var reason: String {
    let code = extendedResultCode.rawValue
    let text = message ?? String(cString: sqlite3_errstr(code))
    let name = inputOutputName.map { "\($0), " } ?? ""
    return "\(text) (\(name)SQLite code \(code))"
  }

  /// What failed, by the second byte of the code (sqlite.org/rescode.html). All of these have one text.
  private static let inputOutputNames = [
    "READ", "SHORT_READ", "WRITE", "FSYNC", "DIR_FSYNC", "TRUNCATE", "FSTAT", "UNLOCK", "RDLOCK",
    "DELETE", "BLOCKED", "NOMEM", "ACCESS", "CHECKRESERVEDLOCK", "LOCK", "CLOSE", "DIR_CLOSE",
    "SHMOPEN", "SHMSIZE", "SHMLOCK", "SHMMAP", "SEEK", "DELETE_NOENT", "MMAP", "GETTEMPPATH",
    "CONVPATH", "VNODE", "AUTH", "BEGIN_ATOMIC", "COMMIT_ATOMIC", "ROLLBACK_ATOMIC", "DATA",
    "CORRUPTFS",
  ]

  private var inputOutputName: String? {
    let detail = Int(extendedResultCode.rawValue >> 8) - 1
    guard resultCode == .SQLITE_IOERR, Self.inputOutputNames.indices.contains(detail) else {
      return nil
    }
    return "SQLITE_IOERR_\(Self.inputOutputNames[detail])"
  }
}
