import Bytes
import Fleet
import Handles

/// The tenants, hosts and series whose row ids the writing connection remembers, with the counts that
/// quotas limit.
///
/// There is one, and it can't be copied: an `UploadTransaction` takes it over, and its `commit` or
/// `rollback` gives it back.
struct KnownRows: ~Copyable, Sendable {
  /// Ids of series, and ids of hosts, that are remembered: about 200 bytes each.
  static let idsMax = 200_000
  /// Tenants that are remembered.
  static let tenantsMax = 10_000

  struct Tenant {
    var id: Int64
    var hosts: Int
    var series: Int
  }

  struct HostKey: Hashable {
    var tenant: Int64
    var name: NameBytes
  }

  struct SeriesKey: Hashable {
    var host: Int64
    var process: NameBytes
    var instance: Int
    var pid: Int64
    var started: Int64

    init(host: Int64, _ series: HandleSeries) {
      self.host = host
      process = NameBytes(series.process)
      instance = series.instance
      pid = series.pid ?? StoredSeries.unknownPID
      started = series.started?.milliseconds ?? StoredSeries.unknownStart
    }
  }

  let limits: FleetLimits
  private let idsMax: Int
  private let tenantsMax: Int
  private(set) var tenants: [NameBytes: Tenant] = [:]
  private(set) var hosts: [HostKey: Int64] = [:]
  private(set) var series: [SeriesKey: Int64] = [:]

  init(limits: FleetLimits, idsMax: Int = Self.idsMax, tenantsMax: Int = Self.tenantsMax) {
    self.limits = limits
    self.idsMax = idsMax
    self.tenantsMax = tenantsMax
  }

  /// Whether a tenant may have one more host.
  func hasRoomForHost(of tenant: NameBytes) -> Bool {
    tenants[tenant]?.hosts ?? 0 < limits.hostsPerTenant
  }

  /// Whether a tenant may have one more series.
  func hasRoomForSeries(of tenant: NameBytes) -> Bool {
    tenants[tenant]?.series ?? 0 < limits.seriesPerTenant
  }

  /// Remembers a row that was looked up or added. Where there is no room for it, all of its kind are
  /// forgotten first and are looked up again.
  mutating func remember(_ tenant: Tenant, as name: NameBytes) {
    if tenants.count >= tenantsMax { tenants = [:] }
    tenants[name] = tenant
  }

  mutating func remember(_ host: Int64, as key: HostKey) {
    if hosts.count >= idsMax { hosts = [:] }
    hosts[key] = host
  }

  mutating func remember(_ series: Int64, as key: SeriesKey) {
    if self.series.count >= idsMax { self.series = [:] }
    self.series[key] = series
  }

  mutating func forgetTenant(_ name: NameBytes) { tenants[name] = nil }

  mutating func forgetHost(_ key: HostKey) { hosts[key] = nil }

  mutating func forgetSeries(_ key: SeriesKey) { series[key] = nil }

  mutating func forgetAll() {
    tenants = [:]
    hosts = [:]
    series = [:]
  }

  /// Counts hosts that a tenant got, or lost where `change` is negative.
  mutating func countHosts(_ change: Int, of tenant: NameBytes) { tenants[tenant]?.hosts += change }

  /// Counts series that a tenant got, or lost where `change` is negative.
  mutating func countSeries(_ change: Int, of tenant: NameBytes) {
    tenants[tenant]?.series += change
  }
}

/// How unknown parts of a series' identity are stored.
enum StoredSeries {
  static let unknownPID: Int64 = -1
  static let unknownStart = Int64.min
}
