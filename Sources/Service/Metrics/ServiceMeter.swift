public import Meters
import Synchronization
import Telemetry

/// What the service counts, shared by all threads; `/metrics` shows it.
public final class ServiceMeter: Sendable {
  /// Who asked for a diagnosis.
  enum DiagnosisSource: CaseIterable {
    /// A client, who waits for it.
    case request
    /// The keeper, because a host changed.
    case keeper
  }

  /// Hosts whose diagnosis is older than they are.
  let backlog = Gauge()
  private let uploads: [String: UploadMeter]
  private let requestDiagnoses = ServiceMeter.diagnosisTimes()
  private let keeperDiagnoses = ServiceMeter.diagnosisTimes()
  private let commitTimes = Histogram.seconds(
    microseconds: [500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_500_000])
  private let commitUploads = Histogram(bounds: [1, 2, 5, 10, 25, 50, 100, 250, 1_000])
  private let routes = Mutex<[RouteMeter]>([])
  private let handlers = Mutex<[HandlerMeter]>([])
  private let sources = Mutex<[@Sendable (inout MetricsText) -> Void]>([])

  /// Nothing counted yet.
  public init() {
    let formats = TelemetryFormat.allCases.map(\.rawValue) + [UploadMeter.unknownFormat]
    uploads = Dictionary(uniqueKeysWithValues: formats.map { ($0, UploadMeter()) })
  }

  /// Adds what others count to what `/metrics` shows.
  public func add(_ source: @escaping @Sendable (inout MetricsText) -> Void) {
    sources.withLock { $0.append(source) }
  }

  /// Counts a commit that made uploads durable.
  public func committed(_ uploads: Int, in duration: Duration) {
    commitTimes.record(duration)
    commitUploads.record(UInt64(max(0, uploads)))
  }

  /// What is counted of uploads in a format; nil is a format that isn't known yet.
  func uploads(_ format: String?) -> UploadMeter? {
    uploads[format ?? UploadMeter.unknownFormat]
  }

  /// Makes a diagnosis and counts how long it took.
  func timing<Value>(_ source: DiagnosisSource, _ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    let value = try body()
    diagnoses(source).record(start.duration(to: .now))
    return value
  }

  func makeRoute(_ template: String) -> RouteMeter {
    let meter = RouteMeter(template)
    routes.withLock { $0.append(meter) }
    return meter
  }

  func makeHandler() -> HandlerMeter {
    let meter = HandlerMeter()
    handlers.withLock { $0.append(meter) }
    return meter
  }

  private func diagnoses(_ source: DiagnosisSource) -> Histogram {
    switch source {
    case .request: requestDiagnoses
    case .keeper: keeperDiagnoses
    }
  }

  private static func diagnosisTimes() -> Histogram {
    .seconds(
      microseconds: [1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000, 60_000_000])
  }
}

// MARK: The text

extension ServiceMeter {
  /// All metrics.
  func text(of fleet: FleetService?) -> MetricsText {
    var text = MetricsText()
    writeRequests(to: &text)
    writeCaches(to: &text)
    writeUploads(to: &text)
    if let fleet { fleet.writeLimits(to: &text) }
    text.begin(
      "fixlevel_diagnosis_duration_seconds", .histogram,
      "How long diagnoses took, by who asked for them.")
    for source in DiagnosisSource.allCases {
      text.histogram(
        "fixlevel_diagnosis_duration_seconds", [("source", "\(source)")],
        diagnoses(source).snapshot)
    }
    text.single(
      "fixlevel_fleet_backlog_hosts", .gauge, "Hosts that changed since their last diagnosis.",
      backlog.value)
    for source in sources.withLock({ $0 }) { source(&text) }
    return text
  }

  private func writeRequests(to text: inout MetricsText) {
    let routes = Dictionary(grouping: routes.withLock { $0 }, by: \.route)
      .sorted { $0.key < $1.key }
    text.begin(
      "fixlevel_http_requests_total", .counter, "Requests answered, by route and status.")
    for (route, meters) in routes {
      var statuses: [Int: UInt64] = [:]
      for meter in meters {
        for (code, count) in meter.statuses.values { statuses[code, default: 0] &+= count }
      }
      for (code, count) in statuses.sorted(by: { $0.key < $1.key }) {
        text.sample(
          "fixlevel_http_requests_total",
          [("route", route), ("code", code == 0 ? "other" : "\(code)")], count)
      }
    }
    text.begin(
      "fixlevel_http_request_duration_seconds", .histogram,
      "Time from a request's complete head to its answer, by route.")
    for (route, meters) in routes {
      guard var sum = meters.first?.durations.snapshot else { continue }
      for meter in meters.dropFirst() { sum.add(meter.durations.snapshot) }
      text.histogram("fixlevel_http_request_duration_seconds", [("route", route)], sum)
    }
    text.single(
      "fixlevel_http_requests_in_flight", .gauge,
      "Requests that wait for their body, for a worker or for the disk.",
      handlers.withLock { $0.reduce(0) { $0 + $1.inFlight.value } })
  }

  private func writeCaches(to text: inout MetricsText) {
    let handlers = handlers.withLock { $0 }
    text.single(
      "fixlevel_cache_hits_total", .counter, "Answers taken from a thread's cache.",
      handlers.reduce(0) { $0 &+ $1.cacheHits.value })
    text.single(
      "fixlevel_cache_misses_total", .counter, "Answers made for a thread's cache.",
      handlers.reduce(0) { $0 &+ $1.cacheMisses.value })
    text.single(
      "fixlevel_cache_bytes", .gauge, "Memory of the cached answers of all threads.",
      handlers.reduce(0) { $0 + $1.cacheBytes.value })
  }

  private func writeUploads(to text: inout MetricsText) {
    let uploads = uploads.sorted { $0.key < $1.key }.filter { $0.value.isUsed }
    text.begin(
      "fixlevel_uploads_total", .counter,
      "Uploads to the fleet, by format and result: stored, duplicate, refused, failed.")
    for (format, meter) in uploads {
      for (result, count) in meter.results {
        text.sample(
          "fixlevel_uploads_total", [("format", format), ("result", result)], count)
      }
    }
    text.begin(
      "fixlevel_upload_samples_total", .counter,
      "Samples stored, by format and result: new, or known before.")
    for (format, meter) in uploads {
      text.sample(
        "fixlevel_upload_samples_total", [("format", format), ("result", "new")],
        meter.newSamples.value)
      text.sample(
        "fixlevel_upload_samples_total", [("format", format), ("result", "known")],
        meter.knownSamples.value)
    }
    text.begin(
      "fixlevel_upload_rejected_rows_total", .counter, "Rows of uploads not taken, by format.")
    for (format, meter) in uploads {
      text.sample(
        "fixlevel_upload_rejected_rows_total", [("format", format)], meter.rejectedRows.value)
    }
    text.begin(
      "fixlevel_commit_duration_seconds", .histogram,
      "How long commits of uploads took, their sync to disk included.")
    text.histogram("fixlevel_commit_duration_seconds", [], commitTimes.snapshot)
    text.begin("fixlevel_commit_uploads", .histogram, "Uploads that shared a commit.")
    text.histogram("fixlevel_commit_uploads", [], commitUploads.snapshot)
  }
}
