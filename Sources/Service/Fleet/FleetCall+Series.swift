import Bytes
import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import Telemetry
import UseCases
import Web

/// `GET /api/v1/hosts/{host}/series`: the samples of a host, in parts.
struct SeriesRequest: Sendable {
  private static let limits = 1...200_000
  private static let limitDefault = 20_000
  private static let stepSecondsMax: Int64 = 366 * 86_400

  let selection: SeriesSelection
  /// What was asked for, to ask for the next part.
  private let parameters: [(name: String, value: String?)]

  init(_ query: QueryParameters) throws(Problem) {
    var parameters: [(name: String, value: String?)] = []
    for name in ["process", "from", "to", "step", "limit"] {
      parameters.append((name, try query.shortValue(name)))
    }
    self.parameters = parameters
    var selection = SeriesSelection(
      process: try query.shortValue("process"), from: try Self.time("from", query),
      to: try Self.time("to", query), samplesMax: Self.limitDefault)
    if let text = try query.shortValue("step") {
      guard let seconds = Int64(text), (1...Self.stepSecondsMax).contains(seconds) else {
        throw Problem(.badRequest, "step is a whole number of seconds, at most a year of them.")
      }
      selection.step = seconds * 1_000
    }
    if let text = try query.shortValue("limit") {
      guard let limit = Int(text), Self.limits.contains(limit) else {
        throw Problem(
          .badRequest, "limit is a whole number of samples from 1 to \(Self.limits.upperBound).")
      }
      selection.samplesMax = limit
    }
    if let text = try query.shortValue("cursor") {
      guard let cursor = SeriesCursor(text) else { throw .invalidCursor }
      selection.cursor = cursor
    }
    self.selection = selection
  }

  /// What leads to the part of the same path that begins with a cursor.
  func link(to path: String, _ next: SeriesCursor?) -> HTTPFields {
    .next(path, parameters + [("cursor", next?.description)])
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
}

extension FleetCall {
  /// `GET /api/v1/hosts/{host}/series`.
  ///
  /// - Parameter pathForm: The form that the path says.
  func series(_ pathForm: Representation?) throws -> Answer {
    let series = try SeriesRequest(query)
    return .work { _ in try part(of: series, of: try namedHost(), pathForm) }
  }

  private func part(
    of series: SeriesRequest, of host: FleetHost, _ pathForm: Representation?
  ) throws -> Response {
    let fields = request.fields
    let form =
      try pathForm ?? ContentNegotiation.form(fields[.accept], of: [.json, .csv], "A series")
    let page = try fleet.store.seriesPage(of: host, series.selection)
    let link = series.link(to: call.path, page.next)
    if form == .csv {
      return respond(Self.csv(page.series), mediaType: form.mediaType, link)
    }
    return respond(
      JSON.encoded(
        ListPage(items: page.series.map(SeriesItem.init), next: page.next?.description)),
      link)
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

private struct SeriesItem: JSONWritable {
  let series: HandleSeries

  init(_ series: HandleSeries) { self.series = series }

  /// A sample is `["1999-03-01T08:00:00Z",812]`; an absent PID or start is null.
  func write(to json: inout JSONText) {
    json.object { json in
      if series.instance != 0 { json.member("instance", series.instance) }
      json.key("pid")
      if let pid = series.pid { json.number(pid) } else { json.null() }
      json.member("process", series.process)
      json.key("samples")
      json.array(series.samples) { sample, json in
        json.pair(sample.time.description, sample.handles)
      }
      json.key("started")
      if let started = series.started { json.string(started.description) } else { json.null() }
    }
  }
}
