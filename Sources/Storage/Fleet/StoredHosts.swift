public import Diagnosis
import Foundation
import GRDB
import KnowledgeBase

/// Hosts as rows: lists, counts, and what a person or a diagnosis says of them.
extension FleetDatabase {
  public func declare(
    _ host: String, of tenant: String, as description: HostDescription
  ) throws -> FleetHost {
    try write { database, writer in
      let id = try writer.hostID(host, tenant: tenant, in: database)
      try database.execute(
        sql: """
          UPDATE host SET revision = revision + 1, declared_product = ?, declared_service_pack = ?
          WHERE id = ?
          """, arguments: [description.product, description.servicePack, id])
      guard let host = try Self.host(host, of: tenant, in: database) else {
        throw FleetError.stopped
      }
      return host
    }
  }

  public func host(_ name: String, of tenant: String) throws -> FleetHost? {
    try read { try Self.host(name, of: tenant, in: $0) }
  }

  public func hosts(of tenant: String, _ selection: HostSelection) throws -> HostPage {
    let limit = min(max(selection.limit, 1), 100)
    return try read { database in
      var conditions = ["tenant.name = :tenant"]
      var arguments: StatementArguments = ["tenant": tenant, "limit": limit + 1]
      func require(_ column: String, _ value: String?) {
        guard let value else { return }
        conditions.append("host.\(column) = :\(column)")
        arguments += [column: value]
      }
      require("level", selection.level)
      require("verdict", selection.verdict?.rawValue)
      require("finding", selection.finding?.rawValue)
      if let cursor = selection.cursor {
        conditions.append("(host.urgency, host.id) > (:urgency, :id)")
        arguments += ["urgency": cursor.urgency, "id": cursor.id]
      }
      let rows = try Row.fetchAll(
        try database.cachedStatement(
          sql: """
            \(Self.selectHost) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY host.urgency, host.id LIMIT :limit
            """), arguments: arguments)
      let page = rows.prefix(limit)
      return HostPage(
        items: try page.map(Self.host),
        next: rows.count > limit
          ? page.last.map { HostCursor(urgency: $0["urgency"], id: $0["id"]) } : nil)
    }
  }

  public func summary(of tenant: String) throws -> FleetSummary {
    var summary = FleetSummary()
    summary.nearest = try hosts(of: tenant, HostSelection(limit: 10)).items
      .filter { $0.outcome?.wrap == .happened || $0.outcome?.wrapAt != nil }
    try read { database in
      let rows = try Row.fetchCursor(
        try database.cachedStatement(
          sql: """
            SELECT level, verdict, finding, wrap, count(*) AS hosts FROM host
            WHERE tenant = (SELECT id FROM tenant WHERE name = ?)
            GROUP BY level, verdict, finding, wrap
            """), arguments: [tenant])
      while let row = try rows.next() {
        let hosts: Int = row["hosts"]
        summary.hosts += hosts
        guard let verdict = row["verdict"] as String?, let finding = row["finding"] as String?,
          let wrap = row["wrap"] as String?
        else {
          summary.unassessed += hosts
          continue
        }
        summary.byLevel[row["level"] ?? "unknown", default: 0] += hosts
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
        Timestamp(milliseconds: row["diagnosed"]).map {
          StoredAssessment(diagnosed: $0, document: Array(row["document"] as Data))
        }
      }
    }
  }

  public func unassessedHosts(after id: Int64, limit: Int) throws -> [FleetHost] {
    try read { database in
      try Row.fetchAll(
        try database.cachedStatement(
          sql:
            "\(Self.selectHost) WHERE host.id > ? AND assessed <> revision ORDER BY host.id LIMIT ?"
        ),
        arguments: [id, limit]
      ).map(Self.host)
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
    try write { database in
      for assessment in assessments { try Self.record(assessment, in: database) }
    }
  }

  private static func record(_ assessment: HostAssessment, in database: Database) throws {
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
      assessment.host.id, assessment.diagnosed.milliseconds, Data(assessment.document),
    ])
  }

  private static let selectHost = """
    SELECT host.*, tenant.name AS tenant_name
    FROM tenant CROSS JOIN host ON host.tenant = tenant.id
    """

  private static func host(
    _ name: String, of tenant: String, in database: Database
  ) throws -> FleetHost? {
    try Row.fetchOne(
      try database.cachedStatement(
        sql: "\(selectHost) WHERE tenant.name = ? AND host.name = ?"),
      arguments: [tenant, name]
    ).map(host)
  }

  private static func host(_ row: Row) throws -> FleetHost {
    var outcome: FleetHost.Outcome?
    if let verdict = (row["verdict"] as String?).flatMap(Verdict.init),
      let finding = (row["finding"] as String?).flatMap(Finding.init),
      let wrap = (row["wrap"] as String?).flatMap(WrapStatus.init)
    {
      outcome = FleetHost.Outcome(
        product: row["product"], level: row["level"], verdict: verdict, finding: finding,
        wrap: wrap, wrapAt: (row["wrap_at"] as Int64?).flatMap { Timestamp(milliseconds: $0) })
    }
    let declared = (row["declared_product"] as String?, row["declared_service_pack"] as String?)
    return FleetHost(
      id: row["id"], tenant: row["tenant_name"], name: row["name"],
      product: declared.0 ?? row["reported_product"],
      servicePack: declared.1 ?? row["reported_service_pack"],
      isDeclared: declared.0 != nil || declared.1 != nil,
      lastSample: (row["last_sample"] as Int64?).flatMap { Timestamp(milliseconds: $0) },
      revision: row["revision"], assessedRevision: row["assessed"], outcome: outcome)
  }
}
