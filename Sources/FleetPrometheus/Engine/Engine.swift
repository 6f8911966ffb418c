import Bytes
import Compression
import Diagnosis
import Foundation
import HTTPClient
import Handles
import Synchronization
import Telemetry

/// The API of a metrics engine, for one tenant at a time: remote write in, PromQL over HTTP out.
///
/// Errors are `FleetError` or `StorageError`, see `EngineFailure`.
final class Engine: Sendable {
  private static let tenantLabel = "tenant"
  private static let tenantHeader = "X-Scope-OrgID"

  let configuration: ClusterConfiguration
  private let transport: EngineTransport
  private let waiting = Mutex(Waiting())
  /// Where the next request of a write is made: the client's thread, which says that one was taken, is
  /// for all transfers.
  private let queue = DispatchQueue(label: "engine-writes", attributes: .concurrent)

  /// What waits for the engine.
  private struct Waiting {
    var writes = 0
    var bytes = 0
  }

  /// A write under way, with what of it is still counted.
  private final class Write: Sendable {
    let tenant: String
    let done: @Sendable (Result<Void, any Error>) -> Void
    let state: Mutex<(batches: WriteBatches, bytes: Int)>

    init(
      _ batches: WriteBatches, _ tenant: String,
      done: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
      self.tenant = tenant
      self.done = done
      state = Mutex((batches, batches.bytes))
    }
  }

  init(_ configuration: ClusterConfiguration) {
    self.configuration = configuration
    transport = EngineTransport(configuration)
  }

  func stop() { transport.stop() }

  // MARK: Reads

  /// The values that a label has in the series of the selector that have samples in a span of time.
  func values(
    of label: String, _ selector: Selector, _ span: ClosedRange<Timestamp>, _ tenant: String
  ) throws -> [String] {
    // The only one of these calls that every engine knows as a GET alone.
    let request = get(
      "api/v1/label/\(label)/values", [("match[]", scoped(selector, tenant))] + Self.range(span),
      tenant)
    return try reading { () throws(EngineFailure) in
      try EngineAnswer.strings(try transport.send(request))
    }
  }

  /// The labels of the series of any of the selectors that have samples in a span of time.
  func labelSets(
    _ selectors: [Selector], _ span: ClosedRange<Timestamp>, _ tenant: String
  ) throws -> [[String: String]] {
    let request = post(
      "api/v1/series", selectors.map { ("match[]", scoped($0, tenant)) } + Self.range(span), tenant)
    return try reading { () throws(EngineFailure) in
      try EngineAnswer.labelSets(try transport.send(request))
    }
  }

  /// All samples of the series in a span of time; nil where they are more than one answer may have.
  func samples(
    _ selector: Selector, _ span: ClosedRange<Timestamp>, _ tenant: String
  ) throws -> [EngineSeries]? {
    // Engines differ in whether a range's start is in it: one millisecond more, cut off again here.
    let (start, end) = (span.lowerBound.milliseconds, span.upperBound.milliseconds)
    let query = "\(scoped(selector, tenant))[\(end - start + 1)ms]"
    do throws(EngineFailure) {
      let body = try transport.send(instant(query, at: span.upperBound, tenant))
      var series = try EngineAnswer.series(body)
      for index in series.indices { series[index].samples.removeAll { $0.time < start } }
      return series
    } catch {
      switch error {
      // 422 is how Prometheus and Mimir answer a query that would load more samples than it may.
      case .tooLarge, .status(422, _, _): return nil
      case .unreachable, .timedOut, .status, .malformed, .noRoom, .tooManyWaiting:
        throw error.error("query", configuration.readURL, setting: "--series-url")
      }
    }
  }

  /// The last sample of each series in the milliseconds before a time, under its metric's name.
  func lastValues(
    _ selector: Selector, milliseconds: Int64, before time: Timestamp, _ tenant: String
  ) throws -> [EngineSeries] {
    try vector("last_over_time(\(scoped(selector, tenant))[\(milliseconds)ms])", at: time, tenant)
  }

  /// The series that have a value at a time, as the engine understands that: for some minutes after
  /// the last sample.
  func present(
    _ selector: Selector, at time: Timestamp, _ tenant: String
  ) throws -> [EngineSeries] {
    try vector(scoped(selector, tenant), at: time, tenant)
  }

  /// The time of the newest sample of series that have a value at a time; nil without one.
  func newest(_ selector: Selector, at time: Timestamp, _ tenant: String) throws -> Timestamp? {
    try vector("max(timestamp(\(scoped(selector, tenant))))", at: time, tenant)
      .first?.samples.first.flatMap {
        Int64(exactly: ($0.value * 1_000).rounded()).flatMap { Timestamp(milliseconds: $0) }
      }
  }

  /// Asks for nothing but an answer.
  func checkAvailable(at time: Timestamp, _ tenant: String) throws {
    _ = try vector("vector(1)", at: time, tenant)
  }

  private func vector(
    _ query: String, at time: Timestamp, _ tenant: String
  ) throws -> [EngineSeries] {
    let request = instant(query, at: time, tenant)
    return try reading { () throws(EngineFailure) in
      try EngineAnswer.series(try transport.send(request))
    }
  }

  private func reading<Value>(_ body: () throws(EngineFailure) -> Value) throws -> Value {
    do throws(EngineFailure) {
      return try body()
    } catch {
      throw error.error("query", configuration.readURL, setting: "--series-url")
    }
  }

  // MARK: Writes

  /// Writes batches one after the other, and stops at the first that fails. What waits is bounded: a
  /// write for which there is no room fails before anything of it is made.
  ///
  /// - Parameter done: Called once, when the engine has taken all of them, or refused one.
  func write(
    _ batches: WriteBatches, _ tenant: String,
    done: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    let bytes = batches.bytes
    let mayWait = waiting.withLock { waiting in
      guard waiting.writes < configuration.waitingMax,
        waiting.writes == 0 || waiting.bytes + bytes <= configuration.waitingBytes
      else { return false }
      waiting.writes += 1
      waiting.bytes += bytes
      return true
    }
    guard mayWait else { return done(.failure(writeError(.tooManyWaiting))) }
    sendNext(of: Write(batches, tenant, done: done))
  }

  /// Makes the next request and sends it.
  private func sendNext(of write: Write) {
    let request: ClientRequest?
    do {
      request = try write.state.withLock { try $0.batches.next() }
        .map { self.request($0, write.tenant) }
    } catch {
      return end(write, .failure(error))
    }
    guard let request else { return end(write, .success(())) }
    transport.send(request) { [self] result in
      switch result {
      case .failure(let failure): end(write, .failure(writeError(failure)))
      case .success where write.state.withLock({ $0.batches.isEmpty }): end(write, .success(()))
      case .success:
        release(write) { $0.bytes }
        queue.async { [self] in sendNext(of: write) }
      }
    }
  }

  private func end(_ write: Write, _ result: Result<Void, any Error>) {
    release(write) { _ in 0 }
    waiting.withLock { $0.writes -= 1 }
    write.done(result)
  }

  /// Gives back what a write counts beyond what is left of it.
  private func release(_ write: Write, to left: (WriteBatches) -> Int) {
    let freed = write.state.withLock { state in
      let before = state.bytes
      state.bytes = left(state.batches)
      return before - state.bytes
    }
    waiting.withLock { $0.bytes -= freed }
  }

  private func writeError(_ failure: EngineFailure) -> any Error {
    failure.error("write to", configuration.writeURL, setting: "--series-write-url")
  }

  /// The labels that every series of a tenant has.
  func labels(of tenant: String) -> [String: String] {
    configuration.tenancy == .label ? [Self.tenantLabel: tenant] : [:]
  }

  // MARK: Requests

  private func scoped(_ selector: Selector, _ tenant: String) -> String {
    switch configuration.tenancy {
    case .label: selector.with(Self.tenantLabel, tenant).description
    case .header: selector.description
    }
  }

  private static func range(_ span: ClosedRange<Timestamp>) -> [(String, String)] {
    [("start", seconds(span.lowerBound)), ("end", seconds(span.upperBound))]
  }

  private static func seconds(_ time: Timestamp) -> String {
    let (seconds, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 1_000)
    // Times before 1970 are whole seconds: no engine has samples there.
    return rest > 0 ? "\(seconds).\(String(1_000 + rest).dropFirst())" : "\(seconds)"
  }

  private func instant(_ query: String, at time: Timestamp, _ tenant: String) -> ClientRequest {
    post("api/v1/query", [("query", query), ("time", Self.seconds(time))], tenant)
  }

  /// Members that some engines know and the others pass over: no answer of a part of the data
  /// (Thanos), none that leaves out the last seconds (VictoriaMetrics).
  private static let options = [("partial_response", "false"), ("nocache", "1")]

  private func post(_ path: String, _ form: [(String, String)], _ tenant: String) -> ClientRequest {
    var request = request(configuration.readURL.appending(path: path), tenant)
    request.fields.append(("Content-Type", "application/x-www-form-urlencoded"))
    request.body = Array(Self.encoded(form + Self.options).utf8)
    return request
  }

  private func get(_ path: String, _ query: [(String, String)], _ tenant: String) -> ClientRequest {
    var request = request(configuration.readURL.appending(path: path), tenant)
    request.url += "?" + Self.encoded(query + Self.options)
    return request
  }

  private static func encoded(_ form: [(String, String)]) -> String {
    form.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(
      separator: "&")
  }

  private func request(_ write: RemoteWriteRequest, _ tenant: String) -> ClientRequest {
    var request = request(configuration.writeURL, tenant)
    request.fields += [
      ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
      ("X-Prometheus-Remote-Write-Version", "0.1.0"),
    ]
    request.body = Snappy.compressed(write.bytes)
    return request
  }

  private func request(_ url: URL, _ tenant: String) -> ClientRequest {
    let components = URLComponents(url: url, resolvingAgainstBaseURL: false)
    var request = ClientRequest(url.withoutUser, fields: [("User-Agent", "fixlevel")])
    if let user = components?.user {
      let credentials = Data("\(user):\(components?.password ?? "")".utf8).base64EncodedString()
      request.fields.append(("Authorization", "Basic \(credentials)"))
    }
    if configuration.tenancy == .header { request.fields.append((Self.tenantHeader, tenant)) }
    return request
  }
}
