import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles

/// Writes uploads through the one writing connection, and remembers the ids it found.
///
/// What it remembers is what the database holds within the present transaction: `begin` has to be
/// called when one begins, `undo` when it, or the end of it from some point on, is rolled back, and
/// `forget` when series or hosts are deleted.
struct UploadWriter: Sendable {
  /// Ids of series, and ids of hosts, that are remembered: some 200 bytes each.
  static let knownMax = 200_000
  /// Tenants that are.
  static let tenantsMax = 10_000

  private struct Tenant {
    var id: Int64
    var hosts: Int
    var series: Int
  }

  private struct HostKey: Hashable {
    var tenant: Int64
    var name: NameBytes
  }

  private struct SeriesKey: Hashable {
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

  /// A row that the present transaction has added.
  private enum Addition {
    case tenant(NameBytes)
    case host(HostKey, of: NameBytes)
    case series(SeriesKey, of: NameBytes)
  }

  private let limits: FleetLimits
  private let knownMax: Int
  private let tenantsMax: Int
  private var tenants: [NameBytes: Tenant] = [:]
  private var hosts: [HostKey: Int64] = [:]
  private var series: [SeriesKey: Int64] = [:]
  private var added: [Addition] = []

  init(
    limits: FleetLimits, knownMax: Int = Self.knownMax, tenantsMax: Int = Self.tenantsMax
  ) {
    self.limits = limits
    self.knownMax = knownMax
    self.tenantsMax = tenantsMax
  }

  /// Ids that are remembered.
  var known: (tenants: Int, hosts: Int, series: Int) { (tenants.count, hosts.count, series.count) }

  mutating func forget() {
    tenants = [:]
    hosts = [:]
    series = [:]
  }

  /// Says that a transaction begins.
  mutating func begin() { added = [] }

  /// Where the present transaction stands, for `undo`.
  var additions: Int { added.count }

  /// Forgets what was added since `additions` was as given: it was rolled back. All else is known
  /// still: to count the series of a tenant anew takes a quarter of a second.
  mutating func undo(to additions: Int) {
    while added.count > additions, let last = added.popLast() {
      switch last {
      case .tenant(let name):
        tenants[name] = nil
      case .host(let key, let tenant):
        hosts[key] = nil
        tenants[tenant]?.hosts -= 1
      case .series(let key, let tenant):
        series[key] = nil
        tenants[tenant]?.series -= 1
      }
    }
  }

  /// Stores one upload within the present transaction.
  ///
  /// - Throws: `FleetError`, an error of the database; then the caller rolls back.
  mutating func store(_ upload: PreparedUpload, in database: Database) throws -> UploadReceipt {
    let tenant = try tenantID(upload.tenant, in: database)
    let name = NameBytes(upload.tenant)
    if let earlier = try stored(upload, tenant: tenant, in: database) { return earlier }
    var receipt = UploadReceipt(
      acceptedSamples: upload.samples, newSamples: 0, isRepeated: false)
    for host in upload.hosts {
      let id = try hostID(host.name, tenant: upload.tenant, in: database)
      var added = SeriesWriter.Added()
      var last: Int64?
      for series in host.series {
        guard let end = series.samples.last?.time.milliseconds else { continue }
        let seriesID = try seriesID(series, host: id, tenant: name, in: database)
        let writer = SeriesWriter(database: database, series: seriesID)
        added += try writer.add(series.samples)
        let hasNewKeys = try writer.addKeys(series.keys)
        added.isChange = added.isChange || hasNewKeys
        last = max(last ?? end, end)
      }
      receipt.newSamples += added.new
      receipt.isChange = receipt.isChange || added.isChange
      try touch(
        id, host.description, last: last, isChange: added.isChange, received: upload.received,
        in: database)
    }
    try remember(upload, tenant: tenant, in: database)
    return receipt
  }

  /// The id of a tenant, new or not.
  mutating func tenantID(_ name: String, in database: Database) throws -> Int64 {
    let key = NameBytes(name)
    if let known = tenants[key] { return known.id }
    if tenants.count >= tenantsMax { tenants = [:] }
    let id =
      try Int64.fetchOne(database, sql: "SELECT id FROM tenant WHERE name = ?", arguments: [name])
      ?? {
        try database.execute(sql: "INSERT INTO tenant (name) VALUES (?)", arguments: [name])
        added.append(.tenant(key))
        return database.lastInsertedRowID
      }()
    let hosts = try Int.fetchOne(
      database, sql: "SELECT count(*) FROM host WHERE tenant = ?", arguments: [id])
    let series = try Int.fetchOne(
      database,
      sql: "SELECT count(*) FROM series WHERE host IN (SELECT id FROM host WHERE tenant = ?)",
      arguments: [id])
    tenants[key] = Tenant(id: id, hosts: hosts ?? 0, series: series ?? 0)
    return id
  }

  /// The id of a host, new or not.
  mutating func hostID(_ name: String, tenant: String, in database: Database) throws -> Int64 {
    let tenantID = try tenantID(tenant, in: database)
    let tenant = NameBytes(tenant)
    let key = HostKey(tenant: tenantID, name: NameBytes(name))
    if let known = hosts[key] { return known }
    if hosts.count >= knownMax { hosts = [:] }
    let found = try Int64.fetchOne(
      try database.cachedStatement(sql: "SELECT id FROM host WHERE tenant = ? AND name = ?"),
      arguments: [tenantID, name])
    if let found {
      hosts[key] = found
      return found
    }
    guard tenants[tenant]?.hosts ?? 0 < limits.hostsPerTenant else {
      throw FleetError.quota(what: "hosts", max: limits.hostsPerTenant)
    }
    try database.cachedStatement(sql: "INSERT INTO host (tenant, name) VALUES (?, ?)")
      .execute(arguments: [tenantID, name])
    let id = database.lastInsertedRowID
    added.append(.host(key, of: tenant))
    tenants[tenant]?.hosts += 1
    hosts[key] = id
    return id
  }

  private mutating func seriesID(
    _ series: HandleSeries, host: Int64, tenant: NameBytes, in database: Database
  ) throws -> Int64 {
    let key = SeriesKey(host: host, series)
    if let known = self.series[key] { return known }
    if self.series.count >= knownMax { self.series = [:] }
    let arguments: StatementArguments = [
      host, key.process.text, key.instance, key.pid, key.started,
    ]
    let found = try Int64.fetchOne(
      try database.cachedStatement(
        sql: """
          SELECT id FROM series
          WHERE host = ? AND process = ? AND instance = ? AND pid = ? AND started = ?
          """), arguments: arguments)
    if let found {
      self.series[key] = found
      return found
    }
    guard tenants[tenant]?.series ?? 0 < limits.seriesPerTenant else {
      throw FleetError.quota(what: "series", max: limits.seriesPerTenant)
    }
    try database.cachedStatement(
      sql: "INSERT INTO series (host, process, instance, pid, started) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: arguments)
    let id = database.lastInsertedRowID
    added.append(.series(key, of: tenant))
    tenants[tenant]?.series += 1
    self.series[key] = id
    return id
  }

  /// Notes that a host has other samples or another description than before.
  private func touch(
    _ host: Int64, _ description: HostDescription?, last: Int64?, isChange: Bool,
    received: Timestamp, in database: Database
  ) throws {
    let (product, level) = (description?.product, description?.servicePack)
    guard isChange || product != nil || level != nil else { return }
    try database.cachedStatement(
      sql: """
        UPDATE host SET
          revision = revision + 1,
          last_sample = coalesce(max(last_sample, :last), :last, last_sample),
          received = iif(:change, :received, received),
          reported_product = coalesce(:product, reported_product),
          reported_service_pack = coalesce(:level, reported_service_pack)
        WHERE id = :host AND (:change OR coalesce(:product <> reported_product, :product IS NOT NULL)
          OR coalesce(:level <> reported_service_pack, :level IS NOT NULL))
        """
    ).execute(arguments: [
      "host": host, "last": last, "product": product, "level": level, "change": isChange,
      "received": received.milliseconds,
    ])
  }

  private func stored(
    _ upload: PreparedUpload, tenant: Int64, in database: Database
  ) throws -> UploadReceipt? {
    guard let key = upload.key,
      let row = try Row.fetchOne(
        try database.cachedStatement(
          sql: """
            SELECT fingerprint FROM upload WHERE tenant = ? AND idempotency_key = ?
            """), arguments: [tenant, key])
    else { return nil }
    guard Array(row["fingerprint"] as Data) == upload.fingerprint else {
      throw FleetError.keyReused
    }
    return UploadReceipt(acceptedSamples: upload.samples, newSamples: 0, isRepeated: true)
  }

  private func remember(
    _ upload: PreparedUpload, tenant: Int64, in database: Database
  ) throws {
    guard let key = upload.key else { return }
    try database.cachedStatement(
      sql: """
        INSERT INTO upload (tenant, idempotency_key, fingerprint, received) VALUES (?, ?, ?, ?)
        """
    ).execute(arguments: [
      tenant, key, Data(upload.fingerprint), upload.received.milliseconds,
    ])
  }
}

/// How the parts of a series' identity stand in the database where they are unknown.
enum StoredSeries {
  static let unknownPID: Int64 = -1
  static let unknownStart = Int64.min
}
