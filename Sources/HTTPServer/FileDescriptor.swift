import Foundation

/// A file descriptor that is closed exactly once: when its owner goes.
struct FileDescriptor: ~Copyable, Sendable {
  /// The number, for system calls.
  let number: Int32

  init(owning number: Int32) {
    self.number = number
  }

  deinit {
    // Never repeated after EINTR: Linux has closed it then, and the number may be somebody else's.
    _ = close(number)
  }
}
