import Bytes
import Handles

/// What a metric says.
enum PrometheusMetric: Sendable {
  /// Handles of a process that a label names.
  case handles
  /// Handles of the process that was scraped, which only the job names.
  case ownHandles
  /// Product and level of the host, in labels.
  case host
}

/// The metrics that are read, by name.
struct PrometheusMetrics: Sendable {
  private let metrics: [(name: [UInt8], metric: PrometheusMetric)]

  init() {
    let names: [(String, PrometheusMetric)] = [
      // windows_exporter, its releases from 0.13 to 0.29, and before, when it was wmi_exporter.
      ("windows_process_handles", .handles),
      ("windows_process_handle_count", .handles),
      ("wmi_process_handle_count", .handles),
      // process-exporter, for groups of processes.
      ("namedprocess_namegroup_open_filedesc", .handles),
      // Client libraries, of their own process.
      ("process_open_fds", .ownHandles),
      // Fixlevel, where it keeps the fleet's series in another engine.
      (PrometheusSeries.handles, .handles),
      ("windows_os_info", .host),
      (PrometheusSeries.hostInfo, .host),
    ]
    metrics = names.map { (Array($0.utf8), $1) }
  }

  /// The names of all metrics but those that describe a host, or of those.
  func names(describingHosts: Bool) -> [String] {
    metrics.filter { ($0.metric == .host) == describingHosts }
      .map { String(decoding: $0.name, as: UTF8.self) }
  }

  /// Nil for other metrics.
  func metric(named name: Span<UInt8>) -> PrometheusMetric? {
    for (known, metric) in metrics where name.equals(known) { return metric }
    return nil
  }
}

/// The labels that identify a series, in text and in remote write.
struct SeriesLabels: Sendable {
  private var process = ProcessLabel()
  private var groupName = ProcessLabel()
  private var job: String?
  // Kept apart: which of two labels counts must not depend on the order in which they come.
  private var host: String?
  private var otherHost: String?
  private var instance: String?
  private var processID: Int64?
  private var pid: Int64?
  private var number: Int?
  private var started: Timestamp?

  /// A label that names a process.
  private struct ProcessLabel {
    var name: String?
    var isNoProcess = false

    mutating func take(_ value: Span<UInt8>, bytesMax: Int) throws(FieldFault) {
      isNoProcess = InstanceName.isNoProcess(value)
      name = try Name.readOptional(value, bytesMax: bytesMax)
    }
  }

  mutating func take(
    _ name: Span<UInt8>, _ value: Span<UInt8>, bytesMax: Int
  ) throws(FieldFault) {
    if name.isOne(of: ["process"]) {
      try process.take(value, bytesMax: bytesMax)
    } else if name.isOne(of: ["groupname"]) {
      try groupName.take(value, bytesMax: bytesMax)
    } else if name.isOne(of: ["process_id"]) {
      processID = try Self.number(value)
    } else if name.isOne(of: ["pid"]) {
      pid = try Self.number(value)
    } else if name.isOne(of: ["host"]) {
      host = try Name.readOptional(value, bytesMax: bytesMax)
    } else if name.isOne(of: ["hostname"]) {
      otherHost = try Name.readOptional(value, bytesMax: bytesMax)
    } else if name.isOne(of: ["instance"]) {
      instance = try Name.readOptional(
        value.extracting(0..<Self.portStart(value)), bytesMax: bytesMax)
    } else if name.isOne(of: ["process_instance"]) {
      number = Int(exactly: try Count.read(value))
    } else if name.isOne(of: ["process_start_milliseconds"]) {
      started = Int64(String(decoding: value.copied(), as: UTF8.self))
        .flatMap { Timestamp(milliseconds: $0) }
    } else if name.isOne(of: ["job"]) {
      job = try Name.readOptional(value, bytesMax: bytesMax)
    }
  }

  /// The host, as far as the labels name one.
  var hostName: String? { host ?? otherHost ?? instance }

  /// Nil for what stands for no process.
  func identity(of metric: PrometheusMetric) throws(FieldFault) -> SeriesIdentity? {
    let label = process.name == nil ? groupName : process
    if label.isNoProcess { return nil }
    guard let name = metric == .ownHandles ? label.name ?? job : label.name else {
      throw .noProcessLabel
    }
    return SeriesIdentity(
      host: hostName, process: name, instance: number ?? 0, pid: processID ?? pid,
      started: started)
  }

  private static func number(_ text: Span<UInt8>) throws(FieldFault) -> Int64? {
    text.trimmedRange().isEmpty ? nil : try Count.read(text)
  }

  /// `PLC-07:9182` is an address of the host `PLC-07`: where the colon is, or the end.
  private static func portStart(_ text: Span<UInt8>) -> Int {
    guard let colon = text.last(ASCII.colon, in: 0..<text.count), colon > 0,
      colon + 1 < text.count,
      // Without brackets, more than one colon make an IPv6 address.
      text.first(ASCII.colon, in: 0..<colon) == nil || text[colon - 1] == UInt8(ascii: "]")
    else { return text.count }
    for index in colon + 1..<text.count where ASCII.digit(text[index]) > 9 { return text.count }
    return colon
  }
}
