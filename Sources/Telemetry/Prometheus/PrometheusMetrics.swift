import Bytes
import Handles

/// What a metric says.
enum PrometheusMetric: Sendable, Equatable {
  /// A count of a process that a label names.
  case count(HandleResource)
  /// A count of the process that was scraped, which only the job names.
  case ownCount(HandleResource)
  /// A count of the process that the label `instance` names, as performance counters do.
  case instanceCount(HandleResource)
  /// How high the count may go of the process with these labels.
  case limit(HandleResource)
  /// Product and level of the host, in labels.
  case host

  /// What is counted.
  var resource: HandleResource {
    switch self {
    case .count(let resource), .ownCount(let resource), .instanceCount(let resource),
      .limit(let resource):
      resource
    case .host: .handles
    }
  }

  /// Whether it is no count but the limit of one.
  var isLimit: Bool {
    if case .limit = self { true } else { false }
  }

  fileprivate var isCount: Bool {
    switch self {
    case .count, .ownCount, .instanceCount: true
    case .limit, .host: false
    }
  }
}

/// The metrics that are read, by name.
struct PrometheusMetrics: Sendable {
  private let metrics: [(name: [UInt8], metric: PrometheusMetric, evidence: HostEvidence?)]

  init() {
    let windowsExporter = HostEvidence.soft("windows_exporter needs a later Windows")
    let names: [(String, PrometheusMetric, HostEvidence?)] = [
      // windows_exporter, its releases from 0.13 to 0.29, and before, when it was wmi_exporter.
      ("windows_process_handles", .count(.handles), windowsExporter),
      ("windows_process_handle_count", .count(.handles), windowsExporter),
      ("wmi_process_handle_count", .count(.handles), windowsExporter),
      // process-exporter, for groups of processes.
      ("namedprocess_namegroup_open_filedesc", .count(.fileDescriptors), nil),
      // Telegraf's procstat, in Prometheus' form.
      ("procstat_num_fds", .count(.fileDescriptors), nil),
      // Telegraf's win_perf_counters, in Prometheus' form.
      ("win_proc_Handle_Count", .instanceCount(.handles), .soft("Telegraf needs a later Windows")),
      (
        "win_process_Handle_Count", .instanceCount(.handles),
        .soft("Telegraf needs a later Windows")
      ),
      // Client libraries, of their own process.
      ("process_open_fds", .ownCount(.fileDescriptors), nil),
      ("process_max_fds", .limit(.fileDescriptors), nil),
      // Micrometer.
      ("process_files_open_files", .ownCount(.fileDescriptors), nil),
      ("process_files_max_files", .limit(.fileDescriptors), nil),
      // Fixlevel, where it keeps the fleet's series in another engine.
      (PrometheusSeries.handles, .count(.handles), nil),
      ("windows_os_info", .host, windowsExporter),
      (PrometheusSeries.hostInfo, .host, nil),
    ]
    metrics = names.map { name, metric, evidence in
      let isUnix = metric.isCount && metric.resource == .fileDescriptors
      return (
        Array(name.utf8), metric,
        evidence ?? (isUnix ? .hard("\(name) is a metric of Unix processes") : nil)
      )
    }
  }

  /// The names of all metrics of counts, or of those that describe a host.
  func names(describingHosts: Bool) -> [String] {
    metrics.filter { describingHosts ? $0.metric == .host : $0.metric.isCount }
      .map { String(decoding: $0.name, as: UTF8.self) }
  }

  /// Nil for other metrics.
  func metric(named name: Span<UInt8>) -> PrometheusMetric? {
    for (known, metric, _) in metrics where name.equals(known) { return metric }
    return limit(named: name)
  }

  /// What a metric says of the kind of system that has it.
  func evidence(named name: Span<UInt8>) -> HostEvidence? {
    for (known, _, evidence) in metrics where name.equals(known) { return evidence }
    return nil
  }

  private static let limitSuffix = Array("_limit".utf8)
  private static let resourceLimit = "rlimit_"
  private static let descriptorWords = ["fds", "files", "nofile"]

  /// The name of a count with `_limit` behind it, and `rlimit_num_fds_soft`, `rlimit_nofile` and the
  /// like with anything in front. What counts is the soft limit, which the process meets first.
  private func limit(named name: Span<UInt8>) -> PrometheusMetric? {
    guard name.count > Self.limitSuffix.count else { return nil }
    let end = name.count - Self.limitSuffix.count
    if name.extracting(end..<name.count).equals(Self.limitSuffix) {
      let counted = name.extracting(0..<end)
      for (known, metric, _) in metrics where metric.isCount && counted.equals(known) {
        return .limit(metric.resource)
      }
    }
    // Few metrics have an r and an l there: the text is made for those.
    guard name.first(UInt8(ascii: "r"), in: 0..<name.count) != nil else { return nil }
    let text = String(decoding: name.copied(), as: UTF8.self)
    guard let start = text.range(of: Self.resourceLimit) else { return nil }
    let rest = text[start...]
    guard !rest.hasSuffix("_hard"), Self.descriptorWords.contains(where: { rest.hasPart($0) })
    else { return nil }
    return .limit(.fileDescriptors)
  }
}

extension String {
  /// Where the word `text` begins: at the start, or behind an underscore.
  fileprivate func range(of text: String) -> String.Index? {
    if hasPrefix(text) { return startIndex }
    var index = startIndex
    while let next = self[index...].firstIndex(of: "_") {
      index = self.index(after: next)
      if self[index...].hasPrefix(text) { return index }
    }
    return nil
  }
}

extension Substring {
  /// Whether one of the words between underscores is `word`.
  fileprivate func hasPart(_ word: String) -> Bool {
    split(separator: "_").contains { $0 == word }
  }
}

/// The labels that identify a series, in text and in remote write.
struct SeriesLabels: Sendable {
  private var process = ProcessLabel()
  private var groupName = ProcessLabel()
  private var processName = ProcessLabel()
  private var job: String?
  /// Of Micrometer: the service, which is one process.
  private var application: String?
  // Kept apart: which of two labels counts must not depend on the order in which they come.
  private var host: String?
  private var otherHost: String?
  private var instance: String?
  private var processID: Int64?
  private var pid: Int64?
  private var number: Int?
  private var started: Timestamp?
  private var version: String?

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
    } else if name.isOne(of: ["process_name"]) {
      try processName.take(value, bytesMax: bytesMax)
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
    } else if name.isOne(of: ["application"]) {
      application = try Name.readOptional(value, bytesMax: bytesMax)
    } else if name.isOne(of: ["job"]) {
      job = try Name.readOptional(value, bytesMax: bytesMax)
    } else if name.isOne(of: ["version"]) {
      version = try Name.readOptional(value, bytesMax: bytesMax)
    }
  }

  /// What `windows_os_info` says of the kind of system: NT 4.0 is version 4.0, later ones have 5 to 10.
  var systemEvidence: HostEvidence? {
    guard let version, let major = Int(version.prefix { $0 != "." }), major >= 5 else { return nil }
    return .hard("windows_os_info says version \(version)")
  }

  /// The host, as far as the labels name one.
  var hostName: String? { host ?? otherHost ?? instance }

  /// Nil for what stands for no process.
  func identity(of metric: PrometheusMetric) throws(FieldFault) -> SeriesIdentity? {
    let label = process.name == nil ? groupName.name == nil ? processName : groupName : process
    if label.isNoProcess { return nil }
    if case .instanceCount = metric { return try counterIdentity(metric) }
    let isNamedByLabel =
      if case .count = metric { true } else { false }
    guard let name = isNamedByLabel ? label.name : label.name ?? application ?? job else {
      throw .noProcessLabel
    }
    return SeriesIdentity(
      host: hostName, process: name, instance: number ?? 0, pid: processID ?? pid,
      started: started, resource: metric.resource)
  }

  /// Of a counter, whose instance may have a number.
  private func counterIdentity(
    _ metric: PrometheusMetric
  ) throws(FieldFault) -> SeriesIdentity? {
    guard let instance else { throw .noProcessLabel }
    let bytes = Array(instance.utf8)
    var (name, number) = (0..<bytes.count, 0)
    if let (rest, n) = InstanceName.split(bytes.span, at: InstanceName.mark) {
      (name, number) = (rest, n)
    }
    if InstanceName.isNoProcess(bytes.span.extracting(name)) { return nil }
    return SeriesIdentity(
      host: host ?? otherHost, process: String(decoding: bytes[name], as: UTF8.self),
      instance: number, pid: processID ?? pid, resource: metric.resource)
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
    for index in colon + 1..<text.count where text[index].digitValue > 9 { return text.count }
    return colon
  }
}
