import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles

/// Uploads within one transaction of the writing connection.
///
/// It owns the known rows while the transaction runs. `commit` and `rollback` consume it and give them
/// back, with or without what the transaction added: a rollback can be neither forgotten nor done twice.
struct UploadTransaction: ~Copyable {
  /// A row that the transaction has added.
  private enum Addition {
    case tenant(NameBytes)
    case host(KnownRows.HostKey, of: NameBytes)
    case series(KnownRows.SeriesKey, of: NameBytes)
  }

  private var rows: KnownRows
  private var added: [Addition] = []

  /// A transaction that has just begun.
  init(_ rows: consuming KnownRows) { self.rows = rows }

  /// The rows to know after the commit.
  consuming func commit() -> KnownRows { rows }

  /// The rows to know after everything was rolled back.
  consuming func rollback() -> KnownRows {
    undo(to: 0)
    return rows
  }

  /// Runs `body` in a transaction of the database, which commits unless `body` throws.
  ///
  /// - Throws: What `body` throws, an error of the database; then nothing is stored.
  static func run<Value>(
    in database: Database, _ rows: inout KnownRows,
    _ body: (inout UploadTransaction) throws -> Value
  ) throws -> Value {
    var transaction = UploadTransaction(consume rows)
    do {
      var value: Value?
      try database.inTransaction(.immediate) {
        value = try body(&transaction)
        return .commit
      }
      guard let value else { throw FleetError.stopped }
      rows = transaction.commit()
      return value
    } catch {
      rows = transaction.rollback()
      throw error
    }
  }

  /// Runs `body` in a savepoint: if it throws, only what it did is rolled back.
  mutating func savepoint<Value>(
    in database: Database, _ body: (inout UploadTransaction) throws -> Value
  ) throws -> Value {
    let start = added.count
    do {
      var value: Value?
      try database.inSavepoint {
        value = try body(&self)
        return .commit
      }
      guard let value else { throw FleetError.stopped }
      return value
    } catch {
      undo(to: start)
      throw error
    }
  }

  /// Forgets the rows that were added after the first `count`. All else stays known: counting the
  /// series of a tenant anew takes a quarter of a second.
  private mutating func undo(to count: Int) {
    while added.count > count, let last = added.popLast() {
      switch last {
      case .tenant(let name): rows.forgetTenant(name)
      case .host(let key, let tenant):
        rows.forgetHost(key)
        rows.countHosts(-1, of: tenant)
      case .series(let key, let tenant):
        rows.forgetSeries(key)
        rows.countSeries(-1, of: tenant)
      }
    }
  }

  /// How many rows are known.
  var known: (tenants: Int, hosts: Int, series: Int) {
    (rows.tenants.count, rows.hosts.count, rows.series.count)
  }

  /// Stores one upload.
  ///
  /// - Throws: `FleetError`, an error of the database; then roll back.
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
    if let known = rows.tenants[key] { return known.id }
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
    rows.remember(KnownRows.Tenant(id: id, hosts: hosts ?? 0, series: series ?? 0), as: key)
    return id
  }

  /// The id of a host, new or not.
  mutating func hostID(_ name: String, tenant: String, in database: Database) throws -> Int64 {
    let tenantID = try tenantID(tenant, in: database)
    let tenant = NameBytes(tenant)
    let key = KnownRows.HostKey(tenant: tenantID, name: NameBytes(name))
    if let known = rows.hosts[key] { return known }
    let found = try Int64.fetchOne(
      try database.cachedStatement(sql: "SELECT id FROM host WHERE tenant = ? AND name = ?"),
      arguments: [tenantID, name])
    if let found {
      rows.remember(found, as: key)
      return found
    }
    guard rows.hasRoomForHost(of: tenant) else {
      throw FleetError.quota(what: "hosts", max: rows.limits.hostsPerTenant)
    }
    try database.cachedStatement(sql: "INSERT INTO host (tenant, name) VALUES (?, ?)")
      .execute(arguments: [tenantID, name])
    let id = database.lastInsertedRowID
    added.append(.host(key, of: tenant))
    rows.countHosts(1, of: tenant)
    rows.remember(id, as: key)
    return id
  }

  private mutating func seriesID(
    _ series: HandleSeries, host: Int64, tenant: NameBytes, in database: Database
  ) throws -> Int64 {
    let key = KnownRows.SeriesKey(host: host, series)
    if let known = rows.series[key] { return known }
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
      rows.remember(found, as: key)
      return found
    }
    guard rows.hasRoomForSeries(of: tenant) else {
      throw FleetError.quota(what: "series", max: rows.limits.seriesPerTenant)
    }
    try database.cachedStatement(
      sql: "INSERT INTO series (host, process, instance, pid, started) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: arguments)
    let id = database.lastInsertedRowID
    added.append(.series(key, of: tenant))
    rows.countSeries(1, of: tenant)
    rows.remember(id, as: key)
    return id
  }

  /// Deletes a series unless it has a sample at or after `limit`, and counts that as a change of its host.
  mutating func deleteSeries(
    _ series: Int64, endedBefore limit: Int64, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        UPDATE host SET revision = revision + 1 WHERE id =
          (SELECT host FROM series JOIN tail ON tail.series = series.id
           WHERE series.id = ? AND tail.last < ?)
        """
    ).execute(arguments: [series, limit])
    try database.cachedStatement(
      sql: """
        DELETE FROM series WHERE id = (SELECT series FROM tail WHERE series = ? AND last < ?)
        """
    ).execute(arguments: [series, limit])
    // Its key is unknown here.
    rows.forgetAll()
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
