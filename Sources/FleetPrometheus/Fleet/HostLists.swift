import Diagnosis
import Fleet
import Handles

/// All hosts of a tenant as they were at a time.
struct HostList {
  /// The nearest wrap first.
  var hosts: [FleetHost]
  var time: Timestamp

  /// Whole seconds.
  func age(at now: Timestamp) -> Int {
    Int(clamping: max(0, now.milliseconds - time.milliseconds) / 1_000)
  }

  /// Where the first host behind a cursor stands.
  func index(after cursor: HostCursor) -> Int {
    var (low, high) = (0, hosts.count)
    while low < high {
      let middle = (low + high) / 2
      if (hosts[middle].urgency, hosts[middle].id) <= (cursor.urgency, cursor.id) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

/// The lists that were read last, within a bound: pages that follow each other read the engine once.
struct HostLists {
  /// Of all lists that are kept: some 50 MB.
  private static let hostsMax = 100_000

  private var lists: [String: HostList] = [:]

  /// The list of a tenant, if it is not older than that.
  func list(of tenant: String, at now: Timestamp, seconds: Int) -> HostList? {
    guard let list = lists[tenant] else { return nil }
    let age = now.milliseconds - list.time.milliseconds
    // A clock that was set back makes a list old.
    return age >= 0 && age < Int64(seconds) * 1_000 ? list : nil
  }

  /// Takes the place of the tenant's last one, and of the oldest others where there is no room.
  mutating func keep(_ list: HostList, of tenant: String) {
    lists[tenant] = nil
    guard list.hosts.count <= Self.hostsMax else { return }
    var count = lists.values.reduce(list.hosts.count) { $0 + $1.hosts.count }
    while count > Self.hostsMax,
      let oldest = lists.min(by: { $0.value.time < $1.value.time })
    {
      count -= oldest.value.hosts.count
      lists[oldest.key] = nil
    }
    lists[tenant] = list
  }

  mutating func remove(_ tenant: String) { lists[tenant] = nil }
}

extension HostSelection {
  /// Whether a host passes the filters.
  func contains(_ host: FleetHost) -> Bool {
    let outcome = host.outcome
    return level.map { $0 == outcome?.level } ?? true
      && verdict.map { $0 == outcome?.verdict } ?? true
      && finding.map { $0 == outcome?.finding } ?? true
  }
}
