import Foundation

/// The kernel's lock of an open file or folder.
enum FileLock {
  /// Takes it for as long as the descriptor is open.
  ///
  /// - Returns: False if another process has it.
  /// - Throws: `StorageError` if there can't be one, as on some network file systems.
  static func take(_ descriptor: CInt, path: String) throws -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    let code = errno
    if code == EWOULDBLOCK { return false }
    throw StorageError(
      .inaccessible, "lock", path: path, reason: String(cString: strerror(code)),
      hint: "keep the data directory on a file system that has locks")
  }
}
