/// The upload formats, by the names that answers show.
public enum TelemetryFormat: String, Sendable, CaseIterable {
  case json
  case ndjson
  case csv
  case pdhCSV = "pdh-csv"
  case pdhTSV = "pdh-tsv"
  /// Of Windows NT 4.0.
  case performanceMonitor = "performance-monitor"
  /// Of PowerShell.
  case exportCSV = "powershell-csv"
  case wmic
  case handleSummary = "handle-summary"
  case psList = "pslist"
  case prometheus
  case openMetrics = "openmetrics"
  /// Line protocol.
  case influx
  case otlpJSON = "otlp-json"
  case otlp
  /// Of Prometheus, version 1.0.
  case remoteWrite = "remote-write"

  /// What one bad row does to the upload where the caller doesn't say.
  public var badRowPolicy: BadRowPolicy {
    switch self {
    case .json: .refuse
    case .ndjson, .csv, .pdhCSV, .pdhTSV, .performanceMonitor, .exportCSV, .wmic, .handleSummary,
      .psList, .prometheus, .openMetrics, .influx, .otlpJSON, .otlp, .remoteWrite:
      .reject
    }
  }

  /// The content type to send it with.
  public var contentType: String {
    switch self {
    case .json, .otlpJSON: "application/json"
    case .ndjson: "application/x-ndjson"
    case .csv, .pdhCSV, .pdhTSV, .performanceMonitor, .exportCSV, .wmic: "text/csv"
    case .handleSummary, .psList, .influx: "text/plain"
    case .prometheus: "text/plain; version=0.0.4"
    case .openMetrics: "application/openmetrics-text"
    case .otlp: "application/x-protobuf"
    case .remoteWrite: "application/x-protobuf;proto=prometheus.WriteRequest"
    }
  }

  /// What formats have in common that are easily taken for each other.
  enum ContentKind {
    case object, table, text, metrics, protobuf
  }

  var contentKind: ContentKind {
    switch self {
    case .json, .otlpJSON, .ndjson: .object
    case .csv, .pdhCSV, .pdhTSV, .performanceMonitor, .exportCSV, .wmic: .table
    case .handleSummary, .psList, .influx: .text
    case .prometheus, .openMetrics: .metrics
    case .otlp, .remoteWrite: .protobuf
    }
  }

  /// The format's decoder: with `FormatChoice`, the only place that knows all the folders.
  func makeDecoder(limits: TelemetryLimits) -> any FormatDecoder {
    switch self {
    case .json: JSONUploadDecoder(limits: limits)
    case .ndjson: NDJSONDecoder(limits: limits)
    case .csv: CSVDecoder(limits: limits)
    case .pdhCSV, .pdhTSV: PDHDecoder(limits: limits)
    case .performanceMonitor: PerformanceMonitorDecoder(limits: limits)
    case .exportCSV, .wmic: ProcessTableDecoder(limits: limits)
    case .handleSummary: HandleSummaryDecoder(limits: limits)
    case .psList: PsListDecoder(limits: limits)
    case .prometheus, .openMetrics: PrometheusDecoder(limits: limits)
    case .influx: InfluxDecoder(limits: limits)
    case .otlpJSON: OTLPJSONDecoder(limits: limits)
    case .otlp: OTLPDecoder(limits: limits)
    case .remoteWrite: RemoteWriteDecoder(limits: limits)
    }
  }
}

/// Strict or lenient: decided once, and applied in `UploadBuilder.reject` alone.
public enum BadRowPolicy: Sendable {
  /// The row is listed with its reason and the rest is taken.
  case reject
  /// The first bad row refuses the whole upload.
  case refuse
}
