import Foundation
import HTTPWire
import Synchronization

/// A fixed number of threads for work that must not hold up a reactor, behind a bounded queue.
final class WorkerPool: Sendable {
  /// Work and where its answer goes.
  struct Job: Sendable {
    let work: Work
    let mailbox: Mailbox
    let ticket: Mailbox.Ticket
  }

  private struct Queue {
    var jobs: [Job] = []
    var first = 0
    var isStopping = false

    var count: Int { jobs.count - first }

    mutating func pop() -> Job? {
      guard first < jobs.count else { return nil }
      let job = jobs[first]
      first += 1
      // Moved to the front only now and then, so that popping stays cheap.
      if first == jobs.count || first >= 64 {
        jobs.removeFirst(first)
        first = 0
      }
      return job
    }
  }

  private let queue = Mutex(Queue())
  /// Counts jobs; one more per worker at the end.
  private let ready = DispatchSemaphore(value: 0)
  private let depth: Int
  private let threads = Mutex<[ServerThread]>([])

  init(depth: Int) {
    self.depth = max(depth, 1)
  }

  /// Starts the threads; false if the system has none left.
  func start(workers: Int) -> Bool {
    for number in 0..<max(workers, 1) {
      guard let thread = ServerThread(name: "worker-\(number)", { [self] in run() }) else {
        return false
      }
      threads.withLock { $0.append(thread) }
    }
    return true
  }

  /// Queues a job; false if the queue is full.
  func submit(_ job: Job) -> Bool {
    let isQueued = queue.withLock { queue in
      guard queue.count < depth, !queue.isStopping else { return false }
      queue.jobs.append(job)
      return true
    }
    if isQueued { ready.signal() }
    return isQueued
  }

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
      queue.first = 0
    }
    for _ in threads { ready.signal() }
    return threads.reduce(true) { $1.join(until: deadline) && $0 }
  }

  private func run() {
    while true {
      ready.wait()
      let (job, isStopping) = queue.withLock { ($0.pop(), $0.isStopping) }
      if isStopping { return }
      guard let job else { continue }
      // Nobody waits for it: the client left while the job was queued.
      if job.work.cancellation.isCancelled {
        job.mailbox.deliver(Refusal.busy.response, to: job.ticket)
        continue
      }
      job.mailbox.deliver(job.work.run(), to: job.ticket)
    }
  }
}
