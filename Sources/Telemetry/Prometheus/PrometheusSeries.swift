public import Handles

/// Series of handle counts as an engine that speaks Prometheus keeps them: between their labels and
/// what they are to a diagnosis.
public enum PrometheusSeries {
  /// The metric of series that Fixlevel writes itself.
  public static let handles = "fixlevel_process_handles"
  /// The metric that says what a host is, in the labels `product` and `service_pack`.
  public static let hostInfo = "fixlevel_host_info"
  /// The label with the name of a metric.
  public static let nameLabel = "__name__"
  /// The labels that name a host; `instance` counts where there is none of the others, and may end
  /// with a port.
  public static let hostLabels = ["host", "hostname"]
  /// The label that a scraper gives.
  public static let instanceLabel = "instance"

  /// The metrics of handle counts.
  public static let handleMetrics = PrometheusMetrics().names(describingHosts: false)
  /// The metrics that describe hosts.
  public static let hostMetrics = PrometheusMetrics().names(describingHosts: true)

  /// The series without its samples; nil where the labels name no process, or not in a way that is
  /// understood.
  public static func series(labels: [String: String]) -> HandleSeries? {
    guard let name = labels[nameLabel],
      let metric = PrometheusMetrics().metric(named: Array(name.utf8).span), metric != .host,
      !metric.isLimit,
      let identity = try? read(labels).identity(of: metric)
    else { return nil }
    return HandleSeries(identity.canonical)
  }

  /// The host that labels name; nil without one.
  public static func host(labels: [String: String]) -> String? { try? read(labels).hostName }

  /// The labels under which a series is kept: other series have others.
  public static func labels(of series: HandleSeries) -> [String: String] {
    var labels = [nameLabel: handles, "process": series.process]
    labels["host"] = series.host
    if series.instance != 0 { labels["process_instance"] = "\(series.instance)" }
    labels["process_id"] = series.pid.map { "\($0)" }
    labels["process_start_milliseconds"] = series.started.map { "\($0.milliseconds)" }
    return labels
  }

  private static func read(_ labels: [String: String]) throws(FieldFault) -> SeriesLabels {
    let bytesMax = TelemetryLimits().nameBytesMax
    var read = SeriesLabels()
    // Names are exact here, as they are to the engine: `Host` is another label than `host`.
    for (name, value) in labels where !name.utf8.contains(where: { $0 == 32 || 65...90 ~= $0 }) {
      try read.take(Array(name.utf8).span, Array(value.utf8).span, bytesMax: bytesMax)
    }
    return read
  }
}
