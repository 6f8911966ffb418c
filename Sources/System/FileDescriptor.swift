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

  /// Calls `body` with the number, which stays open for that long.
  public func withNumber<Value, Failure: Error>(
    _ body: (CInt) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(number)
  }

  /// Writes what the kernel still holds of a file or folder to the disk.
  ///
  /// - Returns: False where that fails; `errno` says why.
  public func sync() -> Bool { fsync(number) == 0 }

  deinit {
    // Never repeated after EINTR: Linux has closed it then, and the number may be somebody else's.
    _ = close(number)
  }
}
