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
  /// Of Process Explorer.
  case processExplorer = "process-explorer"
  /// On a console: `Get-Process`, WMIC.
  case processList = "process-list"
  /// A line for each property: `Format-List`, WMIC's `/value`.
  case propertyList = "property-list"
  /// Of `Get-Counter`, on a console.
  case getCounter = "get-counter"
  /// Of `Get-Counter`, exported as CSV.
  case counterSamples = "counter-samples"
  /// Of `ConvertTo-Json`.
  case powerShellJSON = "powershell-json"
  case handleSummary = "handle-summary"
  /// Of `handle -a`.
  case handleList = "handle-list"
  case psList = "pslist"
  case lsof
  /// Times and counts of a loop in a shell.
  case countLoop = "count-loop"
  case prometheus
  case openMetrics = "openmetrics"
  /// What Prometheus answers.
  case prometheusJSON = "prometheus-json"
  /// A panel saved by Grafana.
  case grafanaCSV = "grafana-csv"
  /// Line protocol.
  case influx
  /// What InfluxDB answers.
  case influxCSV = "influx-csv"
  /// Telegraf's.
  case telegrafJSON = "telegraf-json"
  /// Of Metricbeat and exports of Elasticsearch.
  case elastic
  case osquery
  case otlpJSON = "otlp-json"
  case otlp
  /// Of Prometheus, version 1.0.
  case remoteWrite = "remote-write"

  /// What one bad row does to the upload where the caller doesn't say.
  public var badRowPolicy: BadRowPolicy {
    self == .json ? .refuse : .reject
  }

  /// The content type to send it with.
  public var contentType: String {
    switch self {
    case .json, .otlpJSON, .prometheusJSON, .powerShellJSON: "application/json"
    case .ndjson, .telegrafJSON, .elastic, .osquery: "application/x-ndjson"
    case .csv, .pdhCSV, .pdhTSV, .performanceMonitor, .exportCSV, .wmic, .processExplorer,
      .counterSamples, .grafanaCSV, .influxCSV:
      "text/csv"
    case .handleSummary, .handleList, .psList, .processList, .propertyList, .getCounter, .lsof,
      .countLoop,
      .influx:
      "text/plain"
    case .prometheus: "text/plain; version=0.0.4"
    case .openMetrics: "application/openmetrics-text"
    case .otlp: "application/x-protobuf"
    case .remoteWrite: "application/x-protobuf;proto=prometheus.WriteRequest"
    }
  }

  /// Whether it is no text.
  var isBinary: Bool { self == .otlp || self == .remoteWrite }

  /// The format's decoder: with `FormatTable`, the only place that knows all the folders.
  func makeDecoder(limits: TelemetryLimits) -> any FormatDecoder {
    switch self {
    case .json: JSONUploadDecoder(limits: limits)
    case .ndjson: NDJSONDecoder(limits: limits)
    case .csv: CSVDecoder(limits: limits)
    case .pdhCSV, .pdhTSV: PDHDecoder(limits: limits)
    case .performanceMonitor: PerformanceMonitorDecoder(limits: limits)
    case .exportCSV, .wmic, .processExplorer: ProcessTableDecoder(limits: limits)
    case .processList: ProcessListDecoder(limits: limits)
    case .propertyList: PropertyListDecoder(limits: limits)
    case .getCounter: GetCounterDecoder(limits: limits)
    case .counterSamples: CounterSamplesDecoder(limits: limits)
    case .powerShellJSON: JSONRowDecoder<PowerShellJSONFormat>(limits: limits)
    case .handleSummary: HandleSummaryDecoder(limits: limits)
    case .handleList: HandleListDecoder(limits: limits)
    case .psList: PsListDecoder(limits: limits)
    case .lsof: LsofDecoder(limits: limits)
    case .countLoop: CountLoopDecoder(limits: limits)
    case .prometheus, .openMetrics: PrometheusDecoder(limits: limits)
    case .prometheusJSON: PrometheusJSONDecoder(limits: limits)
    case .grafanaCSV: GrafanaCSVDecoder(limits: limits)
    case .influx: InfluxDecoder(limits: limits)
    case .influxCSV: InfluxCSVDecoder(limits: limits)
    case .telegrafJSON: JSONRowDecoder<TelegrafJSONFormat>(limits: limits)
    case .elastic: JSONRowDecoder<ElasticFormat>(limits: limits)
    case .osquery: JSONRowDecoder<OsqueryFormat>(limits: limits)
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
