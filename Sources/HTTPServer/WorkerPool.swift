import CLinux
import Foundation
import HTTPWire
import Meters
import Synchronization
import System

/// A fixed number of threads for work that must not hold up a reactor, behind a bounded queue.
final class WorkerPool: Sendable {
  /// Work and where its answer goes.
  struct Job: Sendable {
    let work: Work
    let mailbox: Mailbox
    let ticket: Mailbox.Ticket
    let submitted: ContinuousClock.Instant

    /// Where the answer goes; holds neither the work nor its body.
    var send: @Sendable (Response) -> Void {
      { [mailbox, ticket] in mailbox.deliver($0, to: ticket) }
    }
  }

  private struct Queue {
    /// At most `depth`, so that moving the rest up costs little; a job that was taken must not
    /// stay here, because its body counts as long as the job exists.
    var jobs: [Job] = []
    var isStopping = false

    mutating func pop() -> Job? { jobs.isEmpty ? nil : jobs.removeFirst() }
  }

  private let queue = Mutex(Queue())
  /// Counts jobs; one more per worker at the end.
  private let ready = DispatchSemaphore(value: 0)
  private let name: String
  private let niceSteps: Int32
  private let depth: Int
  private let meter: ServerMeter
  private let threads = Mutex<[NamedThread]>([])

  /// - Parameters:
  ///   - name: What its threads are called, with a number.
  ///   - niceSteps: Steps by which its threads stand behind the reactors where they share a core.
  init(name: String, niceSteps: Int32, depth: Int, meter: ServerMeter) {
    self.name = name
    self.niceSteps = niceSteps
    self.meter = meter
    self.depth = max(depth, 1)
  }

  /// Starts the threads; false if the system has none left.
  func start(workers: Int) -> Bool {
    for number in 0..<max(workers, 1) {
      guard let thread = NamedThread(name: "\(name)-\(number)", { [self] in run() }) else {
        return false
      }
      threads.withLock { $0.append(thread) }
    }
    return true
  }

  /// Queues a job; false if the queue is full.
  func submit(_ job: Job) -> Bool {
    let isQueued = queue.withLock { queue in
      guard queue.jobs.count < depth, !queue.isStopping else { return false }
      queue.jobs.append(job)
      return true
    }
    if isQueued { ready.signal() }
    return isQueued
  }

  /// Jobs that wait for a thread.
  var waiting: Int { queue.withLock { $0.jobs.count } }

  /// Ends the threads after the job each is at; what is queued is dropped. False if one still runs
  /// at the deadline.
  func stop(until deadline: DispatchTime) -> Bool {
    let threads = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    queue.withLock { queue in
      queue.isStopping = true
      queue.jobs = []
    }
    for _ in threads { ready.signal() }
    return threads.reduce(true) { $1.join(until: deadline) && $0 }
  }

  private func run() {
    clinux_lower_thread_priority(niceSteps)
    let worker = Worker()
    while true {
      ready.wait()
      let (job, isStopping) = queue.withLock { ($0.pop(), $0.isStopping) }
      if isStopping { return }
      guard let job else { continue }
      meter.queueWait.record(job.submitted.duration(to: .now))
      // Its connection broke while it was queued.
      if job.work.cancellation.isCancelled { continue }
      job.work.run(on: worker, answering: job.send)
    }
  }
}
