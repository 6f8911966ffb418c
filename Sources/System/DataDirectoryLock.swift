public import Foundation

/// The right to be the one process that writes in a data directory, for as long as it lives.
public struct DataDirectoryLock: ~Copyable, Sendable {
  /// The name of the file in the data directory.
  public static let fileName = "fixlevel.lock"

  private let lock: FileLock

  /// Makes the directory if it is missing, and takes its lock.
  ///
  /// - Throws: `StorageError`, of kind `locked` if another process has it.
  public init(directory: URL) throws {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw StorageError(
        .inaccessible, "make the data directory", path: directory.path,
        reason: error.localizedDescription, hint: "name another one with --data-dir")
    }
    let path = directory.appending(path: Self.fileName).path
    guard let file = FileDescriptor(opening: path, O_RDWR | O_CREAT, mode: 0o600) else {
      throw StorageError(
        .inaccessible, "open the lock file", path: path, reason: String(cString: strerror(errno)),
        hint: "check the owner and the permissions of the data directory")
    }
    guard let lock = try FileLock(of: file, path: path) else {
      throw StorageError(
        .locked, "use the data directory", path: directory.path,
        reason: "another fixlevel server works on it",
        hint: "end that one, or name another directory with --data-dir")
    }
    self.lock = lock
  }
}
