import Foundation
import System

/// The right to be the one process that builds a new `kb.sqlite` in a data directory. A server may
/// run beside it.
///
/// It locks the folder itself, so it leaves no file behind.
struct KnowledgeBaseBuildLock: ~Copyable {
  private let lock: FileLock

  /// - Throws: `StorageError`, of kind `locked` if another process has it.
  init(directory: URL) throws {
    let path = directory.path
    guard let folder = FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY) else {
      throw StorageError(
        .inaccessible, "open the data directory", path: path,
        reason: String(cString: strerror(errno)),
        hint: "check the owner and the permissions of the folder")
    }
    guard let lock = try FileLock(of: folder, path: path) else {
      throw StorageError(
        .locked, "build a knowledge base in", path: path,
        reason: "another fixlevel builds one there", hint: "wait until it has finished")
    }
    self.lock = lock
  }
}
