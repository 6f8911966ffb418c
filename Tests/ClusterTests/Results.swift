import Foundation
import Storage
import Synchronization

/// The outcomes of uploads that are stored at once.
final class Results: Sendable {
  private struct TimedOut: Error {}

  private let all = Mutex<[Result<UploadReceipt, any Error>]>([])
  private let added = DispatchSemaphore(value: 0)

  func add(_ result: Result<UploadReceipt, any Error>) {
    all.withLock { $0.append(result) }
    added.signal()
  }

  func wait(for count: Int) throws {
    for _ in 0..<count {
      guard added.wait(timeout: .now() + 30) == .success else { throw TimedOut() }
    }
  }

  var errors: [FleetError] {
    all.withLock { $0 }.compactMap { result in
      if case .failure(let error) = result { error as? FleetError } else { nil }
    }
  }
}
