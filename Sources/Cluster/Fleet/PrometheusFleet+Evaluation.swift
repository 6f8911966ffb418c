import Diagnosis
public import Storage
import Synchronization

/// Which hosts this process diagnoses in the background, and what becomes of it.
extension PrometheusFleet {
  /// A scan takes at most this part of the time.
  private static let scanShare: Int64 = 10

  public func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost] {
    if id == 0, round.withLock({ $0.begin(at: now(), interval: configuration.scanInterval) }) {
      let hosts = try dueHosts()
      let end = now()
      round.withLock { $0.set(hosts, at: end, pauseFactor: Self.scanShare) }
    }
    return round.withLock { $0.hosts(after: id, limit: limit) }
  }

  public func unassessedHostCount() throws -> Int { round.withLock { $0.count } }

  /// Hosts without a diagnosis, those of which a person said something since, and those that go on
  /// sending and whose diagnosis is old.
  private func dueHosts() throws -> [FleetHost] {
    let time = now()
    let interval = Int64(configuration.evaluationInterval) * 1_000
    let recent = span(
      from: -interval - Timestamp.millisecondsPerHour, to: Timestamp.millisecondsPerHour,
      around: time)
    var due: [FleetHost] = []
    for tenant in Set(tenants()).sorted() {
      let active = try names(of: tenant, recent)
      for (name, record) in try records(of: tenant, at: time)
      where configuration.shard.contains(HostKey(tenant: tenant, name: name)) {
        if let diagnosed = record.diagnosed, !record.hasNewDeclaration {
          let age = time.milliseconds - diagnosed.milliseconds
          guard active.contains(name), age >= interval else { continue }
        }
        due.append(record.host)
      }
    }
    return due.sorted { $0.id < $1.id }
  }

  /// Writes what the diagnoses say as metrics.
  public func record(_ assessments: [HostAssessment]) throws {
    for (tenant, assessments) in Dictionary(grouping: assessments, by: \.host.tenant) {
      var writes = WriteBatches(
        labels: engine.labels(of: tenant), samplesMax: configuration.samplesOfAWriteMax)
      for assessment in assessments { try ResultMetrics.append(assessment, to: &writes) }
      try write(writes.requests, tenant)
    }
  }
}

/// One round over the hosts that are due, found by one scan.
struct EvaluationRound {
  private var due: [FleetHost] = []
  private var started: Timestamp?
  private var next: Timestamp?

  /// Begins a round, if it is time for one.
  ///
  /// - Parameter interval: Seconds from the beginning of one scan to the next, at least.
  mutating func begin(at time: Timestamp, interval: Int) -> Bool {
    due = []
    // A clock that was set back doesn't stop the rounds.
    if let next, let started, time < next, time >= started { return false }
    started = time
    next = Timestamp(milliseconds: time.milliseconds + Int64(interval) * 1_000)
    return true
  }

  /// Takes what the scan found: the next one may begin after `pauseFactor` times its duration.
  mutating func set(_ hosts: [FleetHost], at end: Timestamp, pauseFactor: Int64) {
    due = hosts
    guard let started, let next else { return }
    let pause = max(0, end.milliseconds - started.milliseconds) * pauseFactor
    self.next = max(next, Timestamp(milliseconds: started.milliseconds + pause) ?? next)
  }

  /// Hosts that the last scan found.
  var count: Int { due.count }

  /// In the order of their ids.
  func hosts(after id: Int64, limit: Int) -> [FleetHost] {
    Array(due.drop { $0.id <= id }.prefix(limit))
  }
}
