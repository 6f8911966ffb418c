import Foundation
import HTTPWire

/// The threads for work that must not hold up a reactor: some for requests with a body and some for
/// those without, so that a list never waits until uploads are decoded.
final class Workers: Sendable {
  /// Workers stand behind the reactors where they share a core: an answer that takes microseconds
  /// does not wait for one that takes seconds. Of the two, bodies take longer.
  private static let niceSteps: (readers: Int32, workers: Int32) = (2, 5)

  private let readers: WorkerPool
  private let workers: WorkerPool

  /// - Parameter depth: Jobs of each kind that may wait.
  init(depth: Int, meter: ServerMeter) {
    readers = WorkerPool(
      name: "reader", niceSteps: Self.niceSteps.readers, depth: depth, meter: meter)
    workers = WorkerPool(
      name: "worker", niceSteps: Self.niceSteps.workers, depth: depth, meter: meter)
  }

  /// Starts this many threads of each kind; false if the system has none left.
  func start(_ count: Int) -> Bool {
    readers.start(workers: count) && workers.start(workers: count)
  }

  /// Queues a job; false if its queue is full.
  func submit(_ job: WorkerPool.Job) -> Bool {
    job.work.takesBody ? workers.submit(job) : readers.submit(job)
  }

  /// Jobs that wait for a thread.
  var waiting: Int { readers.waiting + workers.waiting }

  /// Ends the threads after the job each is at; what is queued is dropped. False if one still runs
  /// at the deadline.
  func stop(until deadline: DispatchTime) -> Bool {
    // Both, whatever the first says.
    let stopped = [readers, workers].map { $0.stop(until: deadline) }
    return stopped.allSatisfy { $0 }
  }
}
