import Synchronization
import Testing

@testable import HTTPWire

@Suite("Values that workers keep")
struct WorkerTests {
  private final class Counter: Sendable {
    let made = Atomic<Int>(0)
    /// Not `Sendable`: each worker has its own.
    final class Value { var uses = 0 }
  }

  private struct Broken: Error {}

  @Test("each worker makes a value once and keeps it")
  func keptValue() throws {
    let counter = Counter()
    let local = WorkerLocal {
      counter.made.add(1, ordering: .relaxed)
      return Counter.Value()
    }
    let workers = [Worker(), Worker()]
    for _ in 0..<3 {
      for worker in workers { try worker.value(of: local).uses += 1 }
    }
    #expect(counter.made.load(ordering: .relaxed) == 2)
    for worker in workers { #expect(try worker.value(of: local).uses == 3) }
  }

  @Test("two values of one type are told apart")
  func twoValues() throws {
    let (one, two) = (WorkerLocal { 1 }, WorkerLocal { 2 })
    let worker = Worker()
    #expect(try worker.value(of: one) == 1)
    #expect(try worker.value(of: two) == 2)
    #expect(try worker.value(of: one) == 1)
  }

  @Test("an error is not kept")
  func errorNotKept() throws {
    let counter = Counter()
    let local = WorkerLocal {
      if counter.made.add(1, ordering: .relaxed).newValue == 1 { throw Broken() }
      return 7
    }
    let worker = Worker()
    #expect(throws: Broken.self) { try worker.value(of: local) }
    #expect(try worker.value(of: local) == 7)
  }
}
