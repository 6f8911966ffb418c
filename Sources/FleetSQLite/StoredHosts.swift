import Compression
import Diagnosis
public import Fleet
import Foundation
import GRDB
public import Handles
import KnowledgeBase

/// Hosts as rows: lists, counts, and what a person or a diagnosis says of them.
extension FleetDatabase {
  public func declare(
    _ host: String, of tenant: String, as description: HostDescription
  ) throws -> FleetHost {
    try write { database, transaction in
      let id = try transaction.hostID(host, tenant: tenant, in: database)
      try database.execute(
        sql: """
          UPDATE host SET revision = revision + 1, declared_product = ?, declared_service_pack = ?
          WHERE id = ?
          """, arguments: [description.product, description.servicePack, id])
      guard
        let row = try Row.fetchOne(
          database, sql: "\(HostRow.selectByHost) WHERE host.id = ?", arguments: [id])
      else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a host that is there is missing")
      }
      return HostRow.host(row)
    }
  }

  public func host(_ name: String, of tenant: String) throws -> FleetHost? {
    try read { try Self.host(name, of: tenant, in: $0) }
  }

  public func hosts(of tenant: String, _ selection: HostSelection) throws -> HostPage {
    let limit = min(max(selection.limit, 1), 100)
    return try read { database in
      var hosts: [FleetHost] = []
      if let cursor = selection.cursor {
        // SQLite would look up (urgency, id) > (…) by the urgency alone, which most hosts share.
        let ties = ListConditions(selection).adding("host.urgency", "=", cursor.urgency)
          .adding("host.id", ">", cursor.id)
        hosts = try Self.hosts(of: tenant, ties, limit: limit + 1, in: database)
      }
      if hosts.count <= limit {
        var rest = ListConditions(selection)
        if let cursor = selection.cursor {
          rest = rest.adding("host.urgency", ">", cursor.urgency)
        }
        hosts += try Self.hosts(
          of: tenant, rest, limit: limit + 1 - hosts.count, in: database)
      }
      let page = Array(hosts.prefix(limit))
      return HostPage(
        items: page,
        next: hosts.count > limit
          ? page.last.map { HostCursor(urgency: $0.urgency, id: $0.id) } : nil)
    }
  }

  private static func hosts(
    of tenant: String, _ conditions: ListConditions, limit: Int, in database: Database
  ) throws -> [FleetHost] {
    let rows = try Row.fetchCursor(
      try database.cachedStatement(
        sql: """
          \(HostRow.select) WHERE tenant.name = ?\(conditions.sql)
          ORDER BY host.urgency, host.id LIMIT ?
          """),
      arguments: [tenant] + conditions.arguments + [limit])
    var hosts: [FleetHost] = []
    while let row = try rows.next() { hosts.append(HostRow.host(row)) }
    return hosts
  }

  public func summary(of tenant: String) throws -> FleetSummary {
    var summary = FleetSummary()
    summary.nearest = try hosts(of: tenant, HostSelection(limit: 10)).items
      .filter { $0.outcome?.wrap == .happened || $0.outcome?.wrapAt != nil }
    try read { database in
      let rows = try Row.fetchCursor(
        try database.cachedStatement(
          sql: """
            SELECT level, verdict, finding, wrap, hosts FROM host_count
            WHERE tenant = (SELECT id FROM tenant WHERE name = ?) AND hosts > 0
            """), arguments: [tenant])
      while let row = try rows.next() {
        let (level, verdict, finding, wrap) = (
          row[0] as String, row[1] as String, row[2] as String, row[3] as String
        )
        let hosts: Int = row[4]
        summary.hosts += hosts
        guard !verdict.isEmpty, !finding.isEmpty, !wrap.isEmpty else {
          summary.unassessed += hosts
          continue
        }
        summary.byLevel[level.isEmpty ? "unknown" : level, default: 0] += hosts
        summary.byVerdict[verdict, default: 0] += hosts
        summary.byFinding[finding, default: 0] += hosts
        summary.byWrap[wrap, default: 0] += hosts
      }
    }
    return summary
  }

  public func assessment(of host: FleetHost) throws -> StoredAssessment? {
    try read { database in
      try Row.fetchOne(
        try database.cachedStatement(
          sql: "SELECT diagnosed, document FROM assessment WHERE host = ?"),
        arguments: [host.id]
      ).flatMap { row in
        try Timestamp(milliseconds: row["diagnosed"]).map {
          try StoredAssessment(diagnosed: $0, document: StoredDocument.read(row["document"]))
        }
      }
    }
  }

  public func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost] {
    try read { database in
      try Row.fetchAll(
        try database.cachedStatement(
          sql: """
            \(HostRow.selectByHost) WHERE host.id > ? AND assessed <> revision ORDER BY host.id LIMIT ?
            """),
        arguments: [id, limit]
      ).map(HostRow.host)
    }
  }

  public func unassessedHostCount() throws -> Int {
    try read { database in
      try Int.fetchOne(
        try database.cachedStatement(
          sql: "SELECT count(*) FROM host WHERE assessed <> revision")) ?? 0
    }
  }

  public func record(_ assessments: [HostAssessment]) throws {
    let documents = assessments.map { StoredDocument.stored($0.document) }
    try write { database in
      for (assessment, document) in zip(assessments, documents) {
        try Self.record(assessment, document, in: database)
      }
    }
  }

  private static func record(
    _ assessment: HostAssessment, _ document: Data, in database: Database
  ) throws {
    let outcome = assessment.outcome
    // A diagnosis of older samples doesn't replace one of newer ones.
    try database.cachedStatement(
      sql: """
        UPDATE host SET assessed = :revision, product = :product, level = :level,
          verdict = :verdict, finding = :finding, wrap = :wrap, wrap_at = :wrapAt,
          urgency = :urgency
        WHERE id = :host AND assessed <= :revision
        """
    ).execute(arguments: [
      "host": assessment.host.id, "revision": assessment.host.revision,
      "product": outcome.product, "level": outcome.level, "verdict": outcome.verdict.rawValue,
      "finding": outcome.finding.rawValue, "wrap": outcome.wrap.rawValue,
      "wrapAt": outcome.wrapAt?.milliseconds, "urgency": outcome.urgency,
    ])
    guard database.changesCount > 0 else { return }
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO assessment (host, diagnosed, document) VALUES (?, ?, ?)"
    ).execute(arguments: [
      assessment.host.id, assessment.diagnosed.milliseconds, document,
    ])
  }

  private static func host(
    _ name: String, of tenant: String, in database: Database
  ) throws -> FleetHost? {
    try Row.fetchOne(
      try database.cachedStatement(
        sql: "\(HostRow.select) WHERE tenant.name = ? AND host.name = ?"),
      arguments: [tenant, name]
    ).map(HostRow.host)
  }
}

/// What hosts of a list fulfil, as a part of SQL.
private struct ListConditions {
  private(set) var sql = ""
  private(set) var arguments: StatementArguments = []

  init(_ selection: HostSelection) {
    func require(_ column: String, _ value: String?) {
      if let value { self = adding(column, "=", value) }
    }
    require("host.level", selection.level)
    require("host.verdict", selection.verdict?.rawValue)
    require("host.finding", selection.finding?.rawValue)
  }

  /// - Parameters: A column and an operator, texts of this file, and the value.
  func adding(
    _ column: String, _ comparison: String, _ value: some DatabaseValueConvertible
  ) -> Self {
    var result = self
    result.sql += " AND \(column) \(comparison) ?"
    result.arguments += [value]
    return result
  }
}

/// Hosts as rows of SQL. Columns are read by their places: to find one by its name takes longer than
/// all else of a list.
private enum HostRow {
  private static let columns = """
    SELECT host.id, tenant.name, host.name, declared_product, declared_service_pack,
      reported_product, reported_service_pack, last_sample, revision, assessed, product, level,
      verdict, finding, wrap, wrap_at
    """

  /// Looks up the tenant, then its hosts.
  static let select = "\(columns) FROM tenant CROSS JOIN host ON host.tenant = tenant.id"
  /// Looks up hosts, then their tenants.
  static let selectByHost = "\(columns) FROM host CROSS JOIN tenant ON tenant.id = host.tenant"

  static func host(_ row: Row) -> FleetHost {
    let declared = (row[3] as String?, row[4] as String?)
    return FleetHost(
      id: row[0], tenant: row[1], name: row[2], product: declared.0 ?? row[5],
      servicePack: declared.1 ?? row[6], isDeclared: declared.0 != nil || declared.1 != nil,
      lastSample: time(row[7]), revision: row[8], assessedRevision: row[9], outcome: outcome(row))
  }

  private static func outcome(_ row: Row) -> FleetHost.Outcome? {
    guard let verdict = (row[12] as String?).flatMap(Verdict.init),
      let finding = (row[13] as String?).flatMap(Finding.init),
      let wrap = (row[14] as String?).flatMap(WrapStatus.init)
    else { return nil }
    return FleetHost.Outcome(
      product: row[10], level: row[11], verdict: verdict, finding: finding, wrap: wrap,
      wrapAt: time(row[15]))
  }

  private static func time(_ milliseconds: Int64?) -> Timestamp? {
    milliseconds.flatMap { Timestamp(milliseconds: $0) }
  }
}

/// The document of a diagnosis as it is stored: gzip, where that makes it smaller. JSON begins with
/// neither of gzip's first two bytes.
private enum StoredDocument {
  static func stored(_ document: [UInt8]) -> Data { Data(Gzip.compressed(document) ?? document) }

  static func read(_ stored: Data) throws -> [UInt8] {
    let bytes = Array(stored)
    guard bytes.starts(with: Gzip.magic) else { return bytes }
    return try Gzip.decompressed(bytes, limit: .max, isOwn: true)
  }
}
