import Foundation
import Synchronization

/// A value that one thread waits for and another one sets, once. Where that can fail the value is a
/// `Result`.
public final class Promise<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let isSet = DispatchSemaphore(value: 0)

  /// Nothing is known yet.
  public init() {}

  /// Sets the value. Only the first call counts.
  public func resolve(_ value: Value) {
    self.value.withLock { $0 = $0 ?? value }
    isSet.signal()
  }

  /// The value, as soon as it is set, however long that takes.
  public func wait() -> Value {
    while true {
      isSet.wait()
      guard let value = value.withLock({ $0 }) else { continue }
      // For another thread that waits, too.
      isSet.signal()
      return value
    }
  }
}
