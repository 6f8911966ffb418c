public import Meters
import Synchronization
import Telemetry
public import UseCases
import Web

/// What the service counts, shared by all threads; `/metrics` shows it.
public final class ServiceMeter: Sendable {
  /// What is counted of diagnoses, the keeper's among them.
  public let diagnoses = DiagnosisMeter()
  let requests = RequestMeter()
  private let uploads: [String: UploadMeter]
  private let commitTimes = Histogram.seconds(
    microseconds: [500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_500_000])
  private let commitUploads = Histogram(bounds: [1, 2, 5, 10, 25, 50, 100, 250, 1_000])
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
}

// MARK: The text

extension ServiceMeter {
  /// All metrics.
  func text(of fleet: FleetService?) -> MetricsText {
    var text = MetricsText()
    requests.write(to: &text)
    writeUploads(to: &text)
    if let fleet { fleet.writeLimits(to: &text) }
    diagnoses.write(to: &text)
    for source in sources.withLock({ $0 }) { source(&text) }
    return text
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
