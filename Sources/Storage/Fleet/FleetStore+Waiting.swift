import Foundation
import Synchronization

extension FleetStore {
  /// Stores an upload and waits for the commit.
  public func store(_ upload: FleetUpload) throws -> UploadReceipt {
    let outcome = Outcome()
    store(upload) { outcome.set($0) }
    return try outcome.wait()
  }
}

/// What one thread waits for and another one sets.
private final class Outcome: Sendable {
  private let result = Mutex<Result<UploadReceipt, any Error>?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  func set(_ value: Result<UploadReceipt, any Error>) {
    result.withLock { $0 = value }
    ready.signal()
  }

  func wait() throws -> UploadReceipt {
    ready.wait()
    guard let value = result.withLock({ $0 }) else { throw FleetError.stopped }
    return try value.get()
  }
}
