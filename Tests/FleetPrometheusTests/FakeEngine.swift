import Compression
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPServer
import HTTPTypes
import HTTPWire
import Handles
import SQLite
import Synchronization
import System

@testable import FleetPrometheus
@testable import Telemetry

/// A metrics engine in memory that knows as much of Prometheus's API as the fleet asks for, behind a
/// real server: what a machine without VictoriaMetrics and Prometheus tests with.
final class FakeEngine: Sendable {
  /// What is answered instead of the right answer.
  struct Fault: Sendable {
    var status: HTTPResponse.Status
    var fields = HTTPFields()
    var body = ""
  }

  struct Sample: Hashable {
    var time: Int64
    var value: Double
  }

  struct State {
    var series: [[String: String]: [Int64: Double]] = [:]
    var writeFault: Fault?
    var readFault: Fault?
    /// By the tenants that headers name, for reads and writes.
    var tenantFaults: [String: Fault] = [:]
    /// More samples than this in a result are refused.
    var samplesMax = Int.max
    /// Called before the answer to a query.
    var beforeAnswer: @Sendable () -> Void = {}
    var writes = 0
    var queries: [String] = []
    /// The tenants that headers named.
    var tenants: Set<String> = []
  }

  let state = Mutex(State())
  private let server = Mutex<Server?>(nil)
  let url: URL

  init() throws {
    var configuration = ServerConfiguration()
    configuration.threads = 1
    configuration.workers = 2
    let holder = Holder()
    let server = try Server.start(configuration) { Handler(engine: holder) }
    guard let url = URL(string: "http://\(server.address)/prometheus") else {
      throw CocoaError(.coderInvalidValue)
    }
    self.url = url
    self.server.withLock { $0 = server }
    holder.engine.withLock { $0 = self }
  }

  func stop() { _ = server.withLock { $0 }?.drain() }

  /// The engine that handlers answer for.
  final class Holder: Sendable { let engine = Mutex<FakeEngine?>(nil) }

  struct Handler: RequestHandler {
    let engine: Holder

    mutating func receive(
      _ head: borrowing RequestHead, in bytes: Span<UInt8>
    ) -> Reception {
      guard let request = try? Request(head, in: bytes),
        let engine = engine.engine.withLock({ $0 })
      else { return .respond(Response(status: .badRequest)) }
      return .collect(limit: 64 << 20) { body, _ in engine.answer(request, body.joined) }
    }
  }

  /// Adds samples as an agent does that writes to the engine.
  func add(_ labels: [String: String], _ samples: [Sample]) {
    state.withLock { state in
      for sample in samples { state.series[labels, default: [:]][sample.time] = sample.value }
    }
  }

  // MARK: Answers

  private func answer(_ request: Request, _ body: [UInt8]) -> Response {
    guard request.path.first == "prometheus" else { return Response(status: .notFound) }
    if let tenant = HTTPField.Name("X-Scope-OrgID").flatMap({ request.fields[$0] }) {
      let fault = state.withLock { state in
        state.tenants.insert(tenant)
        return state.tenantFaults[tenant]
      }
      if let fault { return Self.answer(fault) }
    }
    let path = request.path.dropFirst().joined(separator: "/")
    let isWrite = path == "api/v1/write"
    if let fault = state.withLock({ isWrite ? $0.writeFault : $0.readFault }) {
      return Self.answer(fault)
    }
    if isWrite { return write(body) }
    let form = Form(request.method == .post ? String(decoding: body, as: UTF8.self) : "")
      .adding(request.query.map { ($0.name, $0.value) })
    switch path {
    case "api/v1/query": return query(form)
    case "api/v1/series": return Self.success(labelSets(form))
    case "api/v1/label/host/values", "api/v1/label/hostname/values",
      "api/v1/label/instance/values":
      let label = request.path[4]
      return Self.success(Set(labelSets(form).compactMap { $0[label] }).sorted())
    default: return Response(status: .notFound)
    }
  }

  private static func answer(_ fault: Fault) -> Response {
    Response(status: fault.status, fields: fault.fields, body: Array(fault.body.utf8))
  }

  private func write(_ body: [UInt8]) -> Response {
    guard let bytes = try? Snappy.decompressed(body, limit: 64 << 20) else {
      return Response(status: .badRequest)
    }
    var fields = ProtobufFields(field: 1, limits: TelemetryLimits())
    var position = 0
    while let element = try? fields.next(in: bytes.span, from: &position) {
      guard let series = RemoteWriteTimeSeries.read(element) else {
        return Response(status: .badRequest)
      }
      let names = series.labels.map(\.name)
      guard names == names.sorted(), Set(names).count == names.count else {
        return Response(status: .badRequest)
      }
      add(
        Dictionary(uniqueKeysWithValues: series.labels.map { ($0.name, $0.value) }),
        series.samples.map { Sample(time: $0.timestamp, value: $0.value) })
    }
    state.withLock { $0.writes += 1 }
    return Response(status: .noContent)
  }

  private func labelSets(_ form: Form) -> [[String: String]] {
    let selectors = form.values("match[]").compactMap(Matchers.init)
    guard let start = form.time("start"), let end = form.time("end") else { return [] }
    return state.withLock { state in
      state.series.filter { labels, samples in
        selectors.contains { $0.match(labels) }
          && samples.keys.contains { (start...end).contains($0) }
      }.map(\.key)
    }
  }

  private func query(_ form: Form) -> Response {
    guard let text = form.values("query").first, let time = form.time("time") else {
      return Response(status: .badRequest)
    }
    let beforeAnswer = state.withLock { state in
      state.queries.append(text)
      return state.beforeAnswer
    }
    beforeAnswer()
    if text == "vector(1)" { return Self.result("vector", [([:], [Sample(time: time, value: 1)])]) }
    guard let open = text.firstIndex(of: "{"), let matchers = Matchers(String(text[open...])) else {
      return Response(status: .badRequest)
    }
    let range = matchers.rest.dropFirst().prefix { $0 != "m" }
    let start = time - (Int64(range) ?? 300_000)
    let found = state.withLock { state in
      state.series.filter { matchers.match($0.key) }
        .map { labels, samples in
          (
            labels,
            samples.filter { (start...time).contains($0.key) }
              .map { Sample(time: $0.key, value: $0.value) }.sorted { $0.time < $1.time }
          )
        }.filter { !$0.1.isEmpty }
    }
    let isMatrix = open == text.startIndex && !range.isEmpty
    let count = found.reduce(0) { $0 + $1.1.count }
    if isMatrix, count > state.withLock({ $0.samplesMax }) {
      return Response(
        status: .unprocessableContent,
        body: Array(#"{"status":"error","errorType":"execution","error":"too many"}"#.utf8))
    }
    if isMatrix { return Self.result("matrix", found) }
    if text.hasPrefix("max(timestamp(") {
      guard let newest = found.compactMap(\.1.last?.time).max() else {
        return Self.result("vector", [])
      }
      return Self.result(
        "vector", [([:], [Sample(time: time, value: Double(newest) / 1_000)])])
    }
    return Self.result(
      "vector",
      found.map { ($0.0, [Sample(time: time, value: $0.1.last?.value ?? 0)]) })
  }

  private static func result(
    _ type: String, _ series: [([String: String], [Sample])]
  ) -> Response {
    let items = series.map { labels, samples in
      let pairs = samples.map { "[\(Double($0.time) / 1_000),\"\(text($0.value))\"]" }
      return "{\"metric\":\(json(labels)),"
        + (type == "matrix"
          ? "\"values\":[\(pairs.joined(separator: ","))]}" : "\"value\":\(pairs.last ?? "[]")}")
    }
    return body(
      "{\"resultType\":\"\(type)\",\"result\":[\(items.joined(separator: ","))]}")
  }

  private static func text(_ value: Double) -> String {
    value.isNaN ? "NaN" : value == .infinity ? "+Inf" : value == -.infinity ? "-Inf" : "\(value)"
  }

  private static func success(_ value: some Encodable) -> Response { body(json(value)) }

  private static func body(_ data: String) -> Response {
    Response(status: .ok, body: Array("{\"status\":\"success\",\"data\":\(data)}".utf8))
  }

  private static func json(_ value: some Encodable) -> String {
    (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// The parameters of a request.
struct Form {
  private var items: [(String, String)]

  init(_ text: String) {
    items = (URLComponents(string: "?\(text)")?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
  }

  func adding(_ more: [(String, String)]) -> Form {
    var form = self
    form.items += more
    return form
  }

  func values(_ name: String) -> [String] { items.filter { $0.0 == name }.map(\.1) }

  /// Milliseconds since 1970.
  func time(_ name: String) -> Int64? {
    values(name).first.flatMap(Double.init).map { Int64(($0 * 1_000).rounded()) }
  }
}

/// The matchers at the beginning of a text.
struct Matchers {
  private var matchers: [(label: String, isExpression: Bool, value: String)] = []
  /// What follows the closing brace.
  private(set) var rest: Substring = ""

  init?(_ text: String) {
    var rest = text.dropFirst()[...]
    while rest.first != "}" {
      guard let equals = rest.firstIndex(of: "=") else { return nil }
      let label = String(rest[..<equals])
      rest = rest[equals...].dropFirst()
      let isExpression = rest.first == "~"
      if isExpression { rest = rest.dropFirst() }
      rest = rest.dropFirst()
      var value = ""
      while let character = rest.popFirst(), character != "\"" {
        guard character == "\\" else {
          value.append(character)
          continue
        }
        let escaped = rest.popFirst()
        value.append(escaped == "n" ? "\n" : escaped ?? "\\")
      }
      matchers.append((label, isExpression, value))
      if rest.first == "," { rest = rest.dropFirst() }
      if rest.isEmpty { return nil }
    }
    self.rest = rest.dropFirst()
  }

  func match(_ labels: [String: String]) -> Bool {
    matchers.allSatisfy { label, isExpression, value in
      let present = labels[label] ?? ""
      guard isExpression else { return present == value }
      return (try? Regex(value).wholeMatch(in: present)) != nil
    }
  }
}
