public import ArticleStore
import Diagnosis
public import Fleet
import Foundation
import KnowledgeBase
import Meters
import Synchronization
import System

/// The thread behind the fleet: diagnoses hosts that changed, writes down when tokens were used,
/// and lets the store drop what is old.
public final class FleetKeeper: Sendable {
  /// Hosts whose diagnoses share a commit.
  private static let hostsOfABatch = 32
  /// Seconds between two rounds over the hosts that changed: a host that sends all the time is
  /// diagnosed once in each.
  private static let pause = 1.0
  /// Steps of nice by which the thread stands behind uploads and pages where they share a core.
  private static let niceSteps: CInt = 10
  /// Seconds between two looks at what is old.
  private static let maintenanceInterval: Int64 = 300

  private let store: any FleetStore
  private let desk: TokenDesk
  private let knowledgeBase: KnowledgeBaseSource
  private let policy: RetentionPolicy
  private let clock: FleetClock
  private let meter: DiagnosisMeter
  private let retryInterval: Double
  private let report: @Sendable (any Error) -> Void
  private let wake = DispatchSemaphore(value: 0)
  private let thread = Mutex<NamedThread?>(nil)
  private let isWoken = Atomic<Bool>(false)
  private let isStopping = Atomic<Bool>(false)

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - retryInterval: Seconds after which a round that failed is tried again, though nothing changed.
  ///   - report: Called with what went wrong; the keeper goes on.
  /// - Throws: `NoThreadError`.
  public init(
    store: any FleetStore, desk: TokenDesk, knowledgeBase: KnowledgeBaseSource,
    policy: RetentionPolicy, clock: FleetClock = .system,
    meter: DiagnosisMeter = DiagnosisMeter(), retryInterval: Double = 30,
    report: @escaping @Sendable (any Error) -> Void
  ) throws {
    self.store = store
    self.desk = desk
    self.knowledgeBase = knowledgeBase
    self.policy = policy
    self.clock = clock
    self.meter = meter
    self.retryInterval = retryInterval
    self.report = report
    let thread = try NamedThread.start(name: "fleet-keeper") { [self] in run() }
    self.thread.withLock { $0 = thread }
  }

  /// Says that hosts changed. Costs next to nothing.
  public func changed() {
    if !isWoken.exchange(true, ordering: .relaxed) { wake.signal() }
  }

  /// Ends the thread behind the diagnosis it is at, and writes down when tokens were used.
  public func stop() {
    isStopping.store(true, ordering: .relaxed)
    wake.signal()
    if let thread = thread.withLock({ $0.take() }) { _ = thread.join() }
    attempt { try desk.flush() }
  }

  private func run() {
    // On Linux a thread has a priority of its own. Where it can't be lowered all goes on as it is.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceSteps)
    // Hosts that changed before the process began.
    isWoken.store(true, ordering: .relaxed)
    var maintained = clock.ticks()
    while !isStopping.load(ordering: .relaxed) {
      let mustRetry =
        isWoken.exchange(false, ordering: .relaxed) && !attempt { try diagnoseChanged() }
      if clock.ticks() - maintained >= Self.maintenanceInterval * 1_000_000_000 {
        maintained = clock.ticks()
        attempt { try desk.flush() }
        attempt {
          while try store.maintain(policy, at: clock.now()), !isStopping.load(ordering: .relaxed) {}
        }
      }
      if isStopping.load(ordering: .relaxed) { return }
      // Until something changes, but never sooner than the pause.
      let patience = mustRetry ? retryInterval : Double(Self.maintenanceInterval)
      _ = wake.wait(timeout: .now() + patience)
      if mustRetry { isWoken.store(true, ordering: .relaxed) }
      if !isStopping.load(ordering: .relaxed) { Thread.sleep(forTimeInterval: Self.pause) }
    }
  }

  /// One round over the hosts whose diagnosis is older than they are.
  func diagnoseChanged() throws {
    let article = try knowledgeBase.withStore { try $0.mainArticle() }
    let diagnoser = HostDiagnoser(
      store: store, knowledgeBase: knowledgeBase, article: article, catalogue: .builtIn)
    var last: Int64 = 0
    while !isStopping.load(ordering: .relaxed) {
      let hosts = try store.unassessedHosts(after: last, limit: Self.hostsOfABatch)
      if last == 0 { meter.backlog.set(try store.unassessedHostCount()) }
      guard let end = hosts.last else { return }
      last = end.id
      var assessments: [HostAssessment] = []
      for host in hosts where !isStopping.load(ordering: .relaxed) {
        attempt {
          assessments.append(
            try meter.timing(.keeper) {
              try diagnoser.assessment(
                of: host, at: clock.now(),
                isCancelled: { [self] in isStopping.load(ordering: .relaxed) })
            })
        }
      }
      try store.record(assessments)
      meter.backlog.add(-assessments.count)
    }
  }

  /// Whether it went well.
  @discardableResult
  private func attempt(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch DiagnosisError.cancelled {
      // The process is about to end.
    } catch {
      report(error)
    }
    return false
  }
}
