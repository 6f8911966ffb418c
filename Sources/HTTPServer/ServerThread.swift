import CLinux
import Foundation

/// A POSIX thread that can be waited for.
final class ServerThread: Sendable {
  private let handle: pthread_t
  private let ended: DispatchSemaphore

  /// Runs `body` on a new thread; nil if the system has no thread left.
  init?(name: String, _ body: @escaping @Sendable () -> Void) {
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

  /// Waits for the end, at most until `deadline`; false if the thread still runs then and is left
  /// to itself. Called once.
  func join(until deadline: DispatchTime) -> Bool {
    guard ended.wait(timeout: deadline) == .success else {
      pthread_detach(handle)
      return false
    }
    pthread_join(handle, nil)
    return true
  }

  /// The one object that crosses to the new thread as a raw pointer.
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }
}
