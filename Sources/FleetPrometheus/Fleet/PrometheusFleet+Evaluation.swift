import Diagnosis
public import Fleet
import Handles
import Synchronization

/// Which hosts this process diagnoses in the background, and what becomes of it.
extension PrometheusFleet {
  /// A scan takes at most this part of the time.
  private static let scanShare: Int64 = 10

  /// The hosts that are due for a diagnosis. A call with `id` 0 looks for them, if it is time to.
  ///
  /// - Throws: `FleetError` or `StorageError`, if no tenant's hosts could be read.
  public func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost] {
    if id == 0, round.withLock({ $0.begin(at: now(), interval: configuration.scanInterval) }) {
      let hosts = try dueHosts()
      let end = now()
      round.withLock { $0.set(hosts, at: end, pauseFactor: Self.scanShare) }
    }
    return round.withLock { $0.page(after: id, limit: limit) }
  }

  /// The number of hosts that the last scan found, so at once and without asking the engine.
  public func unassessedHostCount() throws -> Int { round.withLock { $0.count } }

  /// Those of all tenants. What can't be read of one doesn't keep the others waiting.
  ///
  /// - Throws: The first error, if no tenant could be read.
  private func dueHosts() throws -> [FleetHost] {
    let tenants = Set(tenants()).sorted()
    var due: [FleetHost] = []
    var failures: [TenantFailure] = []
    for tenant in tenants {
      do {
        due += try dueHosts(of: tenant)
      } catch {
        failures.append(TenantFailure(tenant: tenant, reason: error))
      }
    }
    if let first = failures.first, failures.count == tenants.count { throw first.reason }
    for failure in failures { report(failure) }
    return due.sorted { $0.id < $1.id }
  }

  /// Hosts without a diagnosis, those of which a person said something since, and those that go on
  /// sending and whose diagnosis is old.
  private func dueHosts(of tenant: String) throws -> [FleetHost] {
    let time = now()
    let interval = Int64(configuration.evaluationInterval) * 1_000
    let recent = span(
      from: -interval - Timestamp.millisecondsPerHour, to: Timestamp.millisecondsPerHour,
      around: time)
    var due: [FleetHost] = []
    let active = try names(of: tenant, recent)
    for (name, record) in try records(of: tenant, at: time)
    where configuration.shard.contains(HostKey(tenant: tenant, name: name)) {
      if let diagnosed = record.diagnosed, !record.hasNewDeclaration {
        let age = time.milliseconds - diagnosed.milliseconds
        guard active.contains(name), age >= interval else { continue }
      }
      due.append(record.host)
    }
    return due
  }

  /// Writes the outcomes of the diagnoses as metrics. An error of one tenant doesn't stop the others.
  ///
  /// - Throws: The first error, after all tenants have been tried.
  public func record(_ assessments: [HostAssessment]) throws {
    var first: (any Error)?
    for (tenant, assessments) in Dictionary(grouping: assessments, by: \.host.tenant) {
      do {
        try record(assessments, of: tenant)
      } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
  }

  private func record(_ assessments: [HostAssessment], of tenant: String) throws {
    var writes = WriteBatches(
      labels: engine.labels(of: tenant), samplesMax: configuration.samplesOfAWriteMax)
    for assessment in assessments { ResultMetrics.append(assessment, to: &writes) }
    try write(writes, tenant)
  }
}

/// What went wrong with the hosts of one tenant.
struct TenantFailure: Error, CustomStringConvertible {
  var tenant: String
  var reason: any Error

  var description: String { "the hosts of \(tenant) can't be looked through: \(reason)" }
}

/// One round over the hosts that are due, found by one scan.
struct EvaluationRound {
  private var due: [FleetHost] = []
  /// The last host that was given of a round that was broken off since, else 0.
  private var last: Int64 = 0
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
  ///
  /// Where the last round was broken off, because what it found couldn't be written, this one goes on
  /// behind that place: hosts that can't be written don't keep those behind them waiting.
  mutating func set(_ hosts: [FleetHost], at end: Timestamp, pauseFactor: Int64) {
    let rest = hosts.drop { $0.id <= last }
    due = rest.isEmpty ? hosts : Array(rest)
    guard let started, let next else { return }
    let pause = max(0, end.milliseconds - started.milliseconds) * pauseFactor
    self.next = max(next, Timestamp(milliseconds: started.milliseconds + pause) ?? next)
  }

  /// Hosts that the last scan found.
  var count: Int { due.count }

  /// In the order of their ids.
  mutating func page(after id: Int64, limit: Int) -> [FleetHost] {
    if due.isEmpty { return [] }
    let rest = due.drop { $0.id <= id }
    let page = Array(rest.prefix(limit))
    last = page.count < rest.count ? page.last?.id ?? 0 : 0
    return page
  }
}
