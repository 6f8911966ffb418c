import Diagnosis
import HTTPTypes
import HTTPWire
import KnowledgeBase
import Storage

extension FleetHandlers {
  static func hostSelection(_ query: QueryParameters) throws(Problem) -> HostSelection {
    var selection = HostSelection()
    if let text = try query.shortValue("limit") {
      guard let limit = Int(text), PageRequest.limits.contains(limit) else {
        throw Problem(.badRequest, "limit is a whole number from 1 to 100.")
      }
      selection.limit = limit
    }
    if let text = try query.shortValue("cursor") {
      guard let cursor = HostCursor(text) else { throw .invalidCursor }
      selection.cursor = cursor
    }
    selection.level = try query.shortValue("level")
    selection.verdict = try choice("verdict", query, Verdict.init(rawValue:))
    selection.finding = try choice("finding", query, Finding.init(rawValue:))
    return selection
  }

  private static func choice<Value>(
    _ name: String, _ query: QueryParameters, _ make: (String) -> Value?
  ) throws(Problem) -> Value? {
    guard let text = try query.shortValue(name) else { return nil }
    guard let value = make(text) else {
      throw Problem(.badRequest, "\(name) has no such value.")
    }
    return value
  }

  func hosts(
    _ token: StoredToken, _ selection: HostSelection, _ fields: HTTPFields
  ) throws -> Response {
    let page = try fleet.store.hosts(of: token.tenant, selection)
    let next = page.next?.description
    let link = HTTPFields.next(
      .fleet(.hosts),
      [
        ("level", selection.level), ("verdict", selection.verdict?.rawValue),
        ("finding", selection.finding?.rawValue), ("limit", "\(selection.limit)"),
        ("cursor", next),
      ])
    return try respond(
      try JSON.encoded(ListPage(items: page.items.map(HostItem.init), next: next)), link,
      to: request.fields
    )
  }
}

/// A host of a list.
struct HostItem: Encodable {
  var name: String
  var product: String?
  var service_pack: String?
  /// Who said product and level: `declared` by a person, or `reported` by uploads.
  var source: String?
  var last_sample: Timestamp?
  var verdict: Verdict?
  var finding: Finding?
  var wrap: WrapStatus?
  var wrap_at: Timestamp?
  /// Whether the diagnosis has seen all samples.
  var current: Bool

  init(_ host: FleetHost) {
    name = host.name
    product = host.outcome?.product ?? host.product
    service_pack = host.outcome?.level ?? host.servicePack
    source =
      host.isDeclared ? "declared" : host.product ?? host.servicePack == nil ? nil : "reported"
    last_sample = host.lastSample
    verdict = host.outcome?.verdict
    finding = host.outcome?.finding
    wrap = host.outcome?.wrap
    wrap_at = host.outcome?.wrapAt
    current = host.isAssessed
  }
}

/// The fleet in numbers.
struct FleetDocument: Encodable {
  var hosts: Int
  var not_diagnosed: Int
  var by_service_pack: [String: Int]
  var by_verdict: [String: Int]
  var by_finding: [String: Int]
  var by_wrap: [String: Int]
  var nearest: [HostItem]

  init(_ summary: FleetSummary) {
    hosts = summary.hosts
    not_diagnosed = summary.unassessed
    by_service_pack = summary.byLevel
    by_verdict = summary.byVerdict
    by_finding = summary.byFinding
    by_wrap = summary.byWrap
    nearest = summary.nearest.map(HostItem.init)
  }
}
