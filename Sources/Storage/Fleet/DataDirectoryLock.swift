public import Foundation

/// The right to be the one process that writes in a data directory, for as long as it lives.
///
/// The kernel gives the lock back when the process ends, however it ends.
public struct DataDirectoryLock: ~Copyable, Sendable {
  /// The name of the file in the data directory.
  public static let fileName = "fixlevel.lock"

  private let descriptor: CInt

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
    descriptor = try Self.locked(directory)
  }

  private static func locked(_ directory: URL) throws -> CInt {
    let path = directory.appending(path: fileName).path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StorageError(
        .inaccessible, "open the lock file", path: path, reason: String(cString: strerror(errno)),
        hint: "check the owner and the permissions of the data directory")
    }
    do {
      if try FileLock.take(descriptor, path: path) { return descriptor }
    } catch {
      close(descriptor)
      throw error
    }
    close(descriptor)
    throw StorageError(
      .locked, "use the data directory", path: directory.path,
      reason: "another fixlevel server works on it",
      hint: "end that one, or name another directory with --data-dir")
  }

  deinit { close(descriptor) }
}
