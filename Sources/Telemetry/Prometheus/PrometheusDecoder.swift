import Bytes
import Handles

/// The text that exporters show on `/metrics`, and that Prometheus and VictoriaMetrics import:
///
/// `windows_process_handles{instance="PLC-07:9182",process="EXTRA",process_id="212"} 812 1700000000000`
///
/// Both the Prometheus format (milliseconds) and OpenMetrics (seconds, exemplars, `# EOF`). The size
/// of a time says which it is: what is 2023 in one is 1970 or the year 55,000 in the other. Samples
/// of other metrics are passed over, not checked, since a scrape is mostly others. NaN, which also
/// marks a series as stale, is a gap.
struct PrometheusDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private let metrics = PrometheusMetrics()
  /// By the bytes from the name to the closing brace.
  private var lookup: SeriesLookup
  /// The same of metrics that are limits.
  private var limitLookup: SeriesLookup
  private var times = TimeReader()
  private var hosts = NamedHostFacts()
  /// In a fork: what the lines before were assumed to say of the hosts.
  private var assumedHosts = NamedHostFacts()

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
    lookup = SeriesLookup(columns: [0], seriesMax: limits.seriesMax)
    limitLookup = SeriesLookup(columns: [0], seriesMax: limits.seriesMax)
  }

  mutating func use(_ options: UploadOptions) { times = TimeReader(zone: options.zone) }

  /// Whether a body begins with a comment that only these formats have, or with a sample.
  static func isHead(_ line: Span<UInt8>) -> Bool {
    let bytes = line.copied()
    for comment in ["# HELP ", "# TYPE ", "# UNIT ", "# EOF"] where bytes.starts(with: comment.utf8)
    {
      return true
    }
    guard let sample = PrometheusSample(line) else { return false }
    if !sample.labels.isEmpty { return true }
    var rest = Words(from: sample.end)
    guard let value = rest.next(in: line) else { return false }
    return Double(String(decoding: bytes[value], as: UTF8.self)) != nil
  }

  func fork() -> Self? {
    var fork = self
    fork.lines = LineFeed(limits: limits)
    fork.forgetSeries()
    fork.assumedHosts = hosts
    return fork
  }

  mutating func join(_ fork: any FormatDecoder) -> Int? {
    guard let fork = fork as? Self, lines.isAtLine, fork.assumedHosts == hosts else { return nil }
    hosts = fork.hosts
    // What the fork knew of series were the indices of its own.
    forgetSeries()
    return lines.join(fork.lines)
  }

  private mutating func forgetSeries() {
    lookup = SeriesLookup(columns: [0], seriesMax: limits.seriesMax)
    limitLookup = SeriesLookup(columns: [0], seriesMax: limits.seriesMax)
  }

  mutating func takePlainLines(
    _ bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    while let sample = plainSample(bytes, from: &position) {
      lines.pass()
      try upload.append(sample, to: lookup.takeExpected())
    }
  }

  /// The sample of a line with the series that came next the last time too, a whole value and a
  /// whole time; nil, and nothing taken, for other lines.
  @inline(__always)
  private func plainSample(_ bytes: Span<UInt8>, from position: inout Int) -> Sample? {
    var index = position
    guard lookup.expects(bytes, from: &index), index < bytes.count, bytes[index] == ASCII.space
    else { return nil }
    index &+= 1
    guard let handles = Count.readPlain(bytes, from: &index), index < bytes.count,
      bytes[index] == ASCII.space
    else { return nil }
    index &+= 1
    guard let number = Count.readPlain(bytes, from: &index), index < bytes.count,
      bytes[index] == ASCII.lineFeed, index - position <= limits.lineBytesMax,
      let time = TimeReader.epoch(number)
    else { return nil }
    position = index &+ 1
    return Sample(time: time, handles: handles)
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let name = PrometheusSample.name(in: line),
      let metric = metrics.metric(named: line.extracting(name)),
      let sample = PrometheusSample(line, name: name)
    else { return }
    if case .host = metric { return try takeHost(line, sample, into: &upload) }
    if metric.isLimit { return try takeLimit(line, sample, of: metric, into: &upload) }
    let reading: Reading
    do throws(FieldFault) {
      guard let found = try read(line, sample, of: metric) else { return }
      reading = found
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    let time = if let time = reading.time { time } else { try upload.timeOfReceipt() }
    let series: Int
    switch reading.series {
    case .known(let index): series = index
    case .new(let identity):
      series = try upload.index(of: identity)
      if let fact = metrics.evidence(named: line.extracting(name)) { upload.witness(fact) }
      lookup.insert(line, [sample.key], series: series)
    }
    try upload.append(Sample(time: time, handles: reading.handles), to: series)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    hosts.describe(&upload)
  }

  private struct Reading {
    enum Series {
      case known(Int)
      case new(SeriesIdentity)
    }

    var series: Series
    var time: Timestamp?
    var handles: Int64
  }

  /// Nil for a gap, and for what stands for no process.
  private mutating func read(
    _ line: Span<UInt8>, _ sample: PrometheusSample, of metric: PrometheusMetric
  ) throws(FieldFault) -> Reading? {
    guard sample.isClosed else { throw .badLabels }
    var words = Words(from: sample.end)
    guard let value = words.next(in: line) else { throw .notACount }
    if line.extracting(value).isOne(of: ["nan"]) { return nil }
    let handles = try Count.read(line.extracting(value))
    var time: Timestamp?
    if let word = words.next(in: line), line[word.lowerBound] != PrometheusSample.comment {
      time = try times.read(line.extracting(word))
      if let word = words.next(in: line), line[word.lowerBound] != PrometheusSample.comment {
        throw .textAfterTime
      }
    }
    if let known = lookup.find(line, [sample.key]) {
      return Reading(series: .known(known), time: time, handles: handles)
    }
    guard let identity = try identity(line, sample, of: metric) else { return nil }
    return Reading(series: .new(identity), time: time, handles: handles)
  }

  /// Nil for what stands for no process.
  private func identity(
    _ line: Span<UInt8>, _ sample: PrometheusSample, of metric: PrometheusMetric
  ) throws(FieldFault) -> SeriesIdentity? {
    var labels = SeriesLabels()
    try PrometheusLabels.read(line, sample.labels) { name, value throws(FieldFault) in
      try labels.take(name, value, bytesMax: limits.nameBytesMax)
    }
    return try labels.identity(of: metric)
  }

  private mutating func takeLimit(
    _ line: Span<UInt8>, _ sample: PrometheusSample, of metric: PrometheusMetric,
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var words = Words(from: sample.end)
    guard sample.isClosed, let value = words.next(in: line) else { return }
    let series: Int
    if let known = limitLookup.find(line, [sample.key]) {
      series = known
    } else {
      let identity: SeriesIdentity
      do throws(FieldFault) {
        guard let found = try self.identity(line, sample, of: metric) else { return }
        identity = found
      } catch {
        return try upload.reject(line: lines.number, error.detail)
      }
      series = try upload.index(of: identity)
      limitLookup.insert(line, [sample.key], series: series)
    }
    upload.setLimit(Count.readLimit(line.extracting(value)), of: series)
  }

  private mutating func takeHost(
    _ line: Span<UInt8>, _ sample: PrometheusSample, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var (facts, labels) = (HostFacts(), SeriesLabels())
    do throws(FieldFault) {
      guard sample.isClosed else { throw .badLabels }
      try PrometheusLabels.read(line, sample.labels) { name, value throws(FieldFault) in
        try facts.take(label: name, value, bytesMax: limits.nameBytesMax)
        try labels.take(name, value, bytesMax: limits.nameBytesMax)
      }
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    if let fact = labels.systemEvidence { upload.witness(fact) }
    try hosts.take(facts, of: labels.hostName, limits)
  }
}
