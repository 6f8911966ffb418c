import Diagnosis
public import Fleet
import Handles
import KnowledgeBase
import Synchronization
import Telemetry

/// Hosts, put together from the series that the engine has of them.
extension PrometheusFleet {
  private static let hostsOfAPageMax = 100
  private static let nearestMax = 10

  /// The host as the engine's series describe it; nil if none of the last `lookbackDays` names it.
  ///
  /// - Throws: `FleetError`, `StorageError`.
  public func host(_ name: String, of tenant: String) throws -> FleetHost? {
    try record(of: name, tenant)?.host
  }

  /// A page of the tenant's list, which is kept for `listInterval` seconds.
  ///
  /// - Throws: `FleetError`, `StorageError`.
  public func hosts(of tenant: String, _ selection: HostSelection) throws -> HostPage {
    let limit = min(max(selection.limit, 1), Self.hostsOfAPageMax)
    let list = try allHosts(of: tenant)
    let rest = selection.cursor.map { list.hosts[list.index(after: $0)...] } ?? list.hosts[...]
    // One more than a page has tells whether another follows.
    let hosts = Array(rest.lazy.filter(selection.contains).prefix(limit + 1))
    let page = Array(hosts.prefix(limit))
    return HostPage(
      items: page,
      next: hosts.count > limit
        ? page.last.map { HostCursor(urgency: $0.urgency, id: $0.id) } : nil,
      age: list.age(at: now()))
  }

  /// Counts over the tenant's list, which is kept for `listInterval` seconds.
  ///
  /// - Throws: `FleetError`, `StorageError`.
  public func summary(of tenant: String) throws -> FleetSummary {
    var summary = FleetSummary()
    let list = try allHosts(of: tenant)
    let hosts = list.hosts
    summary.age = list.age(at: now())
    summary.hosts = hosts.count
    for host in hosts {
      guard let outcome = host.outcome else {
        summary.unassessed += 1
        continue
      }
      summary.byLevel[outcome.level ?? "unknown", default: 0] += 1
      summary.byVerdict[outcome.verdict.rawValue, default: 0] += 1
      summary.byFinding[outcome.finding.rawValue, default: 0] += 1
      summary.byWrap[outcome.wrap.rawValue, default: 0] += 1
    }
    summary.nearest = hosts.prefix(Self.nearestMax).filter { $0.urgency < .max }
    return summary
  }

  /// The nearest wrap first, as it was some seconds ago at most.
  private func allHosts(of tenant: String) throws -> HostList {
    let time = now()
    if let list = lists.withLock({
      $0.list(of: tenant, at: time, seconds: configuration.listInterval)
    }) {
      return list
    }
    let hosts = try records(of: tenant, at: time).values.map(\.host)
      .sorted { ($0.urgency, $0.id) < ($1.urgency, $1.id) }
    let list = HostList(hosts: hosts, time: time)
    lists.withLock { $0.keep(list, of: tenant) }
    return list
  }

  /// All hosts of a tenant by their names.
  func records(of tenant: String, at time: Timestamp) throws -> [String: HostRecord] {
    var records: [String: HostRecord] = [:]
    for name in try names(of: tenant, window(at: time)) {
      records[name] = HostRecord(name, of: tenant)
    }
    func take(_ name: String, _ add: (inout HostRecord) -> Void) {
      add(&records[name, default: HostRecord(name, of: tenant)])
    }
    try readStatements(
      Selector(metrics: PrometheusSeries.hostMetrics), at: time, tenant, take)
    for metric in ResultMetrics.ofHosts {
      try readResults(Selector(metrics: [metric]), at: time, tenant, take)
    }
    return records
  }

  /// The names of the hosts that have samples in a span of time.
  func names(of tenant: String, _ span: ClosedRange<Timestamp>) throws -> Set<String> {
    var names: Set<String> = []
    for (label, selector) in HostSelectors.all {
      for value in try engine.values(of: label, selector, span, tenant) {
        PrometheusSeries.host(labels: [label: value]).map { _ = names.insert($0) }
      }
    }
    return names
  }

  /// What the engine has of one host; nil if that is nothing.
  func record(of name: String, _ tenant: String) throws -> HostRecord? {
    let time = now()
    let places = try HostPlaces(
      engine.labelSets(HostSelectors.of(name), window(at: time), tenant), host: name)
    var record = HostRecord(name, of: tenant)
    for place in places.labels {
      record.see(
        try engine.newest(
          Selector(metrics: PrometheusSeries.handleMetrics).with(place.label, place.value),
          at: time, tenant))
    }
    var isKnown = !places.labels.isEmpty
    func take(_ host: String, _ add: (inout HostRecord) -> Void) {
      guard host == name else { return }
      isKnown = true
      add(&record)
    }
    for place in places.labels {
      try readStatements(
        Selector(metrics: PrometheusSeries.hostMetrics).with(place.label, place.value), at: time,
        tenant, take)
    }
    try readResults(
      Selector(metrics: ResultMetrics.ofHosts).with("host", name), at: time, tenant, take)
    return isKnown ? record : nil
  }

  /// Takes something of a host.
  private typealias Taker = (_ host: String, _ add: (inout HostRecord) -> Void) -> Void

  private func readStatements(
    _ selector: Selector, at time: Timestamp, _ tenant: String, _ take: Taker
  ) throws {
    let present = try Set(engine.present(selector, at: time, tenant).map(\.labels))
    for series in try last(selector, at: time, tenant) {
      guard let statement = HostStatement(series, isPresent: present.contains(series.labels))
      else { continue }
      take(statement.host) { $0.add(statement) }
    }
  }

  private func readResults(
    _ selector: Selector, at time: Timestamp, _ tenant: String, _ take: Taker
  ) throws {
    for series in try last(selector, at: time, tenant) {
      guard let metric = series.labels[PrometheusSeries.nameLabel],
        let host = PrometheusSeries.host(labels: series.labels),
        let value = series.samples.last?.value
      else { continue }
      take(host) { $0.add(metric, series.labels, value) }
    }
  }

  private func last(
    _ selector: Selector, at time: Timestamp, _ tenant: String
  ) throws -> [EngineSeries] {
    try engine.lastValues(
      selector, milliseconds: Int64(configuration.lookbackDays) * Timestamp.millisecondsPerDay,
      before: time, tenant)
  }
}

/// Where the series of one host are: the values of labels that name it.
struct HostPlaces {
  struct Place: Hashable {
    var label: String
    var value: String
  }

  private(set) var labels: [Place] = []

  /// Takes the label sets that are of this host.
  init(_ labelSets: [[String: String]], host: String) {
    var places: Set<Place> = []
    for labels in labelSets where PrometheusSeries.host(labels: labels) == host {
      for label in PrometheusSeries.hostLabels + [PrometheusSeries.instanceLabel] {
        guard let value = labels[label] else { continue }
        places.insert(Place(label: label, value: value))
        break
      }
    }
    labels = places.sorted { ($0.label, $0.value) < ($1.label, $1.value) }
  }
}
