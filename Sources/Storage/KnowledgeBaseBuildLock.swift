import Foundation

/// The right to be the one process that builds a new `kb.sqlite` in a data directory. A server may
/// run beside it.
///
/// It locks the folder itself, so it leaves no file behind; the kernel gives it back when the
/// process ends, however it ends.
struct KnowledgeBaseBuildLock: ~Copyable {
  private let descriptor: CInt

  /// - Throws: `StorageError`, of kind `locked` if another process has it.
  init(directory: URL) throws {
    // Nothing may fail once `descriptor` is set: `deinit` would run and close it a second time, when
    // another thread may have opened a file under the same number.
    descriptor = try Self.locked(directory.path)
  }

  private static func locked(_ path: String) throws -> CInt {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StorageError(
        .inaccessible, "open the data directory", path: path,
        reason: String(cString: strerror(errno)),
        hint: "check the owner and the permissions of the folder")
    }
    do {
      if try FileLock.take(descriptor, path: path) { return descriptor }
    } catch {
      close(descriptor)
      throw error
    }
    close(descriptor)
    throw StorageError(
      .locked, "build a knowledge base in", path: path,
      reason: "another fixlevel builds one there", hint: "wait until it has finished")
  }

  deinit { close(descriptor) }
}
