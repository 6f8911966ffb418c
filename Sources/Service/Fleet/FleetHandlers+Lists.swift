import Diagnosis
import Foundation
import HTTPTypes
import HTTPWire
import KnowledgeBase
import Storage

extension FleetHandlers {
  /// Samples of one answer; who wants more asks for parts.
  private static let samplesMax = 200_000
  private static let stepSecondsMax: Int64 = 366 * 86_400

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
    _ token: StoredToken, _ selection: HostSelection, _ query: QueryParameters
  ) throws -> ListPage<HostItem> {
    let page = try fleet.store.hosts(of: token.tenant, selection)
    return ListPage(items: page.items.map(HostItem.init), next: page.next?.description)
  }

  static func seriesSelection(_ query: QueryParameters) throws(Problem) -> SeriesSelection {
    var selection = SeriesSelection(process: try query.shortValue("process"))
    selection.from = try time("from", query)
    selection.to = try time("to", query)
    if let text = try query.shortValue("step") {
      guard let seconds = Int64(text), (1...stepSecondsMax).contains(seconds) else {
        throw Problem(.badRequest, "step is a whole number of seconds, at most a year of them.")
      }
      selection.step = seconds * 1_000
    }
    // One more than wanted tells whether there are too many.
    selection.samplesMax = samplesMax + 1
    return selection
  }

  private static func time(
    _ name: String, _ query: QueryParameters
  ) throws(Problem) -> Timestamp? {
    guard let text = try query.shortValue(name) else { return nil }
    guard let time = Timestamp(rfc3339: text) else {
      throw Problem(.badRequest, "\(name) is a time such as 1999-03-01T08:00:00Z, or a day.")
    }
    return time
  }

  func series(
    _ host: FleetHost, _ selection: SeriesSelection, _ form: Representation?,
    _ fields: HTTPFields
  ) throws -> Response {
    let series = try fleet.store.series(of: host, selection)
    guard series.reduce(0, { $0 + $1.samples.count }) <= Self.samplesMax else {
      throw Problem(
        .badRequest,
        "There are more than \(Self.samplesMax) samples: narrow them with process, from, to or step."
      )
    }
    let form = form ?? ContentNegotiation.preferred(fields[.accept], of: [.json, .csv]) ?? .json
    if form == .csv {
      return try respond(Self.csv(series), mediaType: form.mediaType, to: fields)
    }
    return try respond(
      try JSON.encoded(ListPage(items: series.map(SeriesItem.init))), to: fields)
  }

  private static func csv(_ series: [HandleSeries]) -> [UInt8] {
    var csv = CSV(header: ["timestamp", "host", "process", "instance", "pid", "handles"])
    for one in series {
      for sample in one.samples {
        csv.append([
          sample.time.description, one.host ?? "", one.process, "\(one.instance)",
          one.pid.map { "\($0)" } ?? "", "\(sample.handles)",
        ])
      }
    }
    return csv.bytes
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

private struct SeriesItem: Encodable {
  var process: String
  var instance: Int
  var pid: Int64?
  var started: Timestamp?
  var samples: [Pair]

  /// `["1999-03-01T08:00:00Z",812]`
  struct Pair: Encodable {
    var sample: Sample

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(sample.time)
      try container.encode(sample.handles)
    }
  }

  init(_ series: HandleSeries) {
    process = series.process
    instance = series.instance
    pid = series.pid
    started = series.started
    samples = series.samples.map(Pair.init)
  }

  private enum CodingKeys: String, CodingKey {
    case process, instance, pid, started, samples
  }

  /// Absent values are written as null.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(process, forKey: .process)
    if instance != 0 { try container.encode(instance, forKey: .instance) }
    try container.encode(pid, forKey: .pid)
    try container.encode(started, forKey: .started)
    try container.encode(samples, forKey: .samples)
  }
}
