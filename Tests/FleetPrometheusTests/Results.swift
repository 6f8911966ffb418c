import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import SQLite
import Synchronization
import System

@testable import FleetPrometheus

/// The outcomes of calls that answer later.
final class Results<Success: Sendable, Failure: Error>: Sendable {
  private struct TimedOut: Error {}

  private let all = Mutex<[Result<Success, Failure>]>([])
  private let added = DispatchSemaphore(value: 0)

  func add(_ result: Result<Success, Failure>) {
    all.withLock { $0.append(result) }
    added.signal()
  }

  func wait(for count: Int) throws {
    for _ in 0..<count {
      guard added.wait(timeout: .now() + 600) == .success else { throw TimedOut() }
    }
  }

  var errors: [Failure] {
    all.withLock { $0 }.compactMap { result in
      if case .failure(let error) = result { error } else { nil }
    }
  }
}
