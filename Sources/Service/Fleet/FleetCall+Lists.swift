import Bytes
import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import UseCases
import Web

extension FleetCall {
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

  /// `GET /api/v1/hosts`.
  func hosts() throws -> Answer {
    let selection = try Self.hostSelection(query)
    return .work { _ in try hosts(selection) }
  }

  private func hosts(_ selection: HostSelection) throws -> Response {
    let page = try fleet.store.hosts(of: token.tenant, selection)
    let next = page.next?.description
    var fields = HTTPFields.next(
      Route.hosts.path(),
      [
        ("level", selection.level), ("verdict", selection.verdict?.rawValue),
        ("finding", selection.finding?.rawValue), ("limit", "\(selection.limit)"),
        ("cursor", next),
      ])
    fields.setAge(page.age)
    return respond(
      JSON.encoded(ListPage(items: page.items.map(HostItem.init), next: next)), fields)
  }
}

extension FleetCall {
  /// `GET /api/v1/fleet`.
  func summary() -> Answer { .work { _ in try summarized() } }

  private func summarized() throws -> Response {
    let summary = try fleet.store.summary(of: token.tenant)
    var fields = HTTPFields()
    fields.setAge(summary.age)
    return respond(JSON.encoded(FleetDocument(summary)), fields)
  }
}

extension HTTPFields {
  /// `Age` (RFC 9111 §5.1), where the answer is not of now.
  fileprivate mutating func setAge(_ seconds: Int) {
    if seconds > 0 { self[.age] = "\(seconds)" }
  }
}

/// A host of a list.
struct HostItem: JSONWritable {
  let host: FleetHost

  init(_ host: FleetHost) { self.host = host }

  /// `source` is who said product and level: `declared` by a person, or `reported` by uploads; `current`
  /// is whether the diagnosis has seen all samples and what is said now.
  func write(to json: inout JSONText) {
    let shown = ShownHost(host)
    let outcome = shown.outcome
    let isDescribed = (host.product ?? host.servicePack) != nil
    json.object { json in
      json.key("current")
      json.bool(host.isAssessed)
      json.member("finding", outcome?.finding.rawValue)
      json.member("last_sample", host.lastSample?.description)
      json.member("name", host.name)
      json.member("product", shown.product)
      json.member("service_pack", shown.servicePack)
      json.member("source", host.isDeclared ? "declared" : isDescribed ? "reported" : nil)
      json.member("verdict", outcome?.verdict.rawValue)
      json.member("wrap", outcome?.wrap.rawValue)
      json.member("wrap_at", outcome?.wrapAt?.description)
    }
  }
}

/// The fleet in numbers.
struct FleetDocument: JSONWritable {
  let summary: FleetSummary

  init(_ summary: FleetSummary) { self.summary = summary }

  func write(to json: inout JSONText) {
    json.object { json in
      json.member("by_finding", summary.byFinding)
      json.member("by_service_pack", summary.byLevel)
      json.member("by_verdict", summary.byVerdict)
      json.member("by_wrap", summary.byWrap)
      json.member("hosts", summary.hosts)
      json.member("nearest", summary.nearest.map(HostItem.init))
      json.member("not_diagnosed", summary.unassessed)
    }
  }
}
