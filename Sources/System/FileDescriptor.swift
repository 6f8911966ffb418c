public import Foundation

/// A file descriptor that is closed exactly once: when its owner goes.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The number, for system calls.
  public let number: CInt

  /// Takes over a descriptor that nobody else closes.
  public init(owning number: CInt) {
    self.number = number
  }

  /// Opens a path, as open(2) does, and keeps the descriptor from programs that are started.
  ///
  /// - Returns: Nil where that fails; `errno` says why.
  public init?(opening path: String, _ flags: CInt, mode: mode_t = 0) {
    let number = open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { return nil }
    self.number = number
  }

  deinit {
    // Never repeated after EINTR: Linux has closed it then, and the number may be somebody else's.
    _ = close(number)
  }
}
