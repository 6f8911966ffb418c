import CLinux
public import Foundation
import Synchronization

/// Why a thread could not start.
public struct NoThreadError: Error, CustomStringConvertible, Sendable {
  /// The name that the thread would have had.
  public let name: String

  /// One line that says what to do.
  public var description: String {
    "cannot start the thread \(name): the system has no thread left. Raise the limit of tasks, or end "
      + "other programs."
  }
}

/// A POSIX thread with a name that `top` and debuggers show, which can be waited for.
public final class NamedThread: Sendable {
  private let handle: pthread_t
  private let ended: DispatchSemaphore
  /// Whether the kernel knows already what becomes of the thread's handle.
  private let isReleased = Atomic(false)

  /// Runs `body` on a new thread.
  ///
  /// - Parameter name: At most 15 bytes are shown.
  /// - Returns: Nil if the system has no thread left.
  public init?(name: String, _ body: @escaping @Sendable () -> Void) {
    let ended = DispatchSemaphore(value: 0)
    let box = Unmanaged.passRetained(
      Body {
        clinux_name_thread(name)
        body()
        ended.signal()
      })
    var handle = pthread_t()
    let code = pthread_create(
      &handle, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      return nil
    }
    self.handle = handle
    self.ended = ended
  }

  /// Runs `body` on a new thread.
  ///
  /// - Parameter name: At most 15 bytes are shown.
  /// - Throws: `NoThreadError`.
  public static func start(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(NoThreadError) -> NamedThread {
    guard let thread = NamedThread(name: name, body) else { throw NoThreadError(name: name) }
    return thread
  }

  deinit { if claimHandle() { pthread_detach(handle) } }

  /// Waits for the end, at most until `deadline`; false if the thread still runs then and is left
  /// to itself. Called once; a thread that nobody waits for runs on by itself.
  public func join(until deadline: DispatchTime = .distantFuture) -> Bool {
    guard ended.wait(timeout: deadline) == .success else { return false }
    if claimHandle() { pthread_join(handle, nil) }
    return true
  }

  /// True for the first caller alone, which joins or detaches.
  private func claimHandle() -> Bool {
    !isReleased.exchange(true, ordering: .acquiringAndReleasing)
  }

  /// The one object that crosses to the new thread as a raw pointer.
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }
}
