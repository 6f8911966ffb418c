import Foundation
import Synchronization
import System

/// Makes values on several threads and hands them out in order on one.
///
/// At most `window` values are made and not yet taken, whatever their number.
final class OrderedPipeline<Value: Sendable>: Sendable {
  private struct State {
    var made: [Int: Value] = [:]
    /// The next to make.
    var next = 0
    var isCancelled = false
    /// Without a thread of its own the pipeline makes each value when it is taken.
    var isAlone = false
  }

  private let count: Int
  private let threads: Int
  private let state = Mutex(State())
  /// Places in the window.
  private let room = DispatchSemaphore(value: 0)
  /// Counts values that were made.
  private let made = DispatchSemaphore(value: 0)
  private let make: @Sendable (Int) -> Value

  init(count: Int, threads: Int, window: Int, make: @escaping @Sendable (Int) -> Value) {
    self.count = count
    self.threads = threads
    self.make = make
    // Not as its initial value: a semaphore that ends below that traps.
    for _ in 0..<window { room.signal() }
  }

  /// Runs `body` while the threads make values; it takes them with `forEach`.
  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    let workers = (0..<threads).compactMap { number in
      NamedThread(name: "import-\(number)") { self.work() }
    }
    if workers.isEmpty { state.withLock { $0.isAlone = true } }
    defer {
      state.withLock { $0.isCancelled = true }
      for _ in workers { room.signal() }
      for worker in workers { _ = worker.join() }
    }
    return try body()
  }

  /// Calls `body` with each value in order, until it throws. Within `run`, once.
  func forEach(_ body: (Value) throws -> Void) rethrows {
    for index in 0..<count {
      try body(take(index))
      room.signal()
    }
  }

  private func work() {
    while true {
      room.wait()
      let index: Int? = state.withLock { state in
        guard !state.isCancelled, state.next < count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
      guard let index else { return }
      let value = make(index)
      state.withLock { $0.made[index] = value }
      made.signal()
    }
  }

  private func take(_ index: Int) -> Value {
    if state.withLock({ $0.isAlone }) { return make(index) }
    while true {
      if let value = state.withLock({ $0.made.removeValue(forKey: index) }) { return value }
      made.wait()
    }
  }
}
