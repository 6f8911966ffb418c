import Foundation

/// The kernel's lock of a file or folder, for as long as this lives. The kernel gives it back when the
/// process ends, however it ends.
public struct FileLock: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Takes the lock of an open file or folder.
  ///
  /// - Returns: Nil if another process has it.
  /// - Throws: `StorageError` if there can't be one, as on some network file systems.
  public init?(of descriptor: consuming FileDescriptor, path: String) throws {
    let code = flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
    self.descriptor = descriptor
    if code == EWOULDBLOCK { return nil }
    guard code == 0 else {
      throw StorageError(
        .inaccessible, "lock", path: path, reason: String(cString: strerror(code)),
        hint: "keep the data directory on a file system that has locks")
    }
  }
}
