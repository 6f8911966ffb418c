import Handles
import SwiftProtobuf

/// What Prometheus and its kin send by remote write 1.0: a `WriteRequest` in protobuf, without its
/// compression. A rejected row's line is the number of its series in the request, from 1.
///
/// Metrics and labels are those of the Prometheus text format; series of other metrics are passed
/// over. A NaN, of which one kind (0x7ff0000000000002) marks a series as stale, is a gap.
struct RemoteWriteDecoder: ProtobufElementDecoder {
  static let elementName = "series"

  private let limits: TelemetryLimits
  private let metrics = PrometheusMetrics()
  var fields: ProtobufFields
  private(set) var hosts = NamedHostFacts()

  init(limits: TelemetryLimits) {
    self.limits = limits
    fields = ProtobufFields(field: 1, limits: limits)
  }

  mutating func take(
    _ series: RemoteWriteTimeSeries, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let name = Array(series.labels.first { $0.name == "__name__" }?.value.utf8 ?? "".utf8)
    guard let metric = metrics.metric(named: name.span) else { return }
    var labels = SeriesLabels()
    var facts = HostFacts()
    let identity: SeriesIdentity?
    do throws(FieldFault) {
      for label in series.labels {
        let (name, value) = (Array(label.name.utf8), Array(label.value.utf8))
        try labels.take(name.span, value.span, bytesMax: limits.nameBytesMax)
        if metric == .host {
          try facts.take(label: name.span, value.span, bytesMax: limits.nameBytesMax)
        }
      }
      identity = metric == .host ? nil : try labels.identity(of: metric)
    } catch {
      return try upload.reject(line: fields.count, error.detail)
    }
    if metric == .host {
      if let fact = labels.systemEvidence { upload.witness(fact) }
      try hosts.take(facts, of: labels.hostName, limits)
    }
    guard let identity else { return }
    if metric.isLimit {
      guard let last = series.samples.last(where: { !$0.value.isNaN }) else { return }
      return upload.setLimit(Count.readLimit(last.value), of: try upload.index(of: identity))
    }
    if let fact = metrics.evidence(named: name.span) { upload.witness(fact) }
    for sample in series.samples where !sample.value.isNaN {
      try take(sample, of: identity, into: &upload)
    }
  }

  private func take(
    _ sample: RemoteWriteSample, of identity: SeriesIdentity, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let time = Timestamp(milliseconds: sample.timestamp) else {
      return try upload.reject(line: fields.count, FieldFault.timeOutOfRange.detail)
    }
    let handles: Int64
    do throws(FieldFault) {
      handles = try Count.read(sample.value)
    } catch {
      return try upload.reject(line: fields.count, error.detail)
    }
    try upload.append(
      Sample(time: time, handles: handles), to: try upload.index(of: identity))
  }
}
