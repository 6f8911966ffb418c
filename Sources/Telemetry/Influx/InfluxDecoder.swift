import Bytes
import Handles

/// Influx line protocol, as Telegraf's `win_perf_counters` writes it for the object Process:
///
/// `win_proc,host=PLC-07,instance=EXTRA#1,objectname=Process Handle_Count=812 1581413520000000000`
///
/// Times are nanoseconds. Lines without a field `Handle_Count` are about something else and are
/// passed over, whatever their measurement: its name is a setting of Telegraf. The name of the field is
/// that of the counter in Windows' language. `telegraf --test` puts `> ` before each line. A string
/// field with a line break in it is not read.
struct InfluxDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var counters = KnownCounters()

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  /// Whether a line has the measurement, the fields and, if anything, the time of this format.
  static func isHead(_ line: Span<UInt8>) -> Bool {
    let line = line.extracting(range(of: line))
    guard let parts = InfluxParts(line) else { return false }
    guard let fields = parts.fields else { return false }
    return InfluxParts.first(UInt8(ascii: "="), in: line, fields) != nil
  }

  /// A line without blanks around, and without the sign that `telegraf --test` puts before a point.
  private static func range(of line: Span<UInt8>) -> Range<Int> {
    let range = line.trimmedRange()
    guard range.count > 2, line[range.lowerBound] == UInt8(ascii: ">"),
      line[range.lowerBound + 1] == ASCII.space
    else { return range }
    return range.lowerBound + 2..<range.upperBound
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(Self.range(of: line))
    guard !text.isEmpty, text[0] != UInt8(ascii: "#") else { return }
    let point: InfluxPoint
    do throws(FieldFault) {
      guard
        let found = try InfluxPoint(
          text, nameBytesMax: limits.nameBytesMax, counters: &counters)
      else { return }
      point = found
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    let time = if let time = point.time { time } else { try upload.timeOfReceipt() }
    let series = try upload.index(of: point.identity)
    if let limit = point.limit { upload.setLimit(limit, of: series) }
    upload.witness(point.evidence)
    try upload.append(Sample(time: time, handles: point.handles), to: series)
  }
}

/// Where the three parts of a line are: they are separated by blanks that no backslash and no quote
/// hides.
struct InfluxParts: Sendable {
  var key: Range<Int>
  var fields: Range<Int>?
  var time: Range<Int>?

  /// Nil where the text begins with no measurement.
  init?(_ text: Span<UInt8>) {
    let space = ASCII.space
    let keyEnd = Self.first(space, in: text, 0..<text.count) ?? text.count
    guard keyEnd > 0, text[0] != ASCII.comma else { return nil }
    key = 0..<keyEnd
    guard keyEnd < text.count else { return }
    let rest = keyEnd + 1..<text.count
    let fieldsEnd = Self.first(space, in: text, rest, hidesQuoted: true) ?? text.count
    fields = rest.lowerBound..<fieldsEnd
    let last = text.extracting(min(fieldsEnd + 1, text.count)..<text.count)
    let trimmed = last.trimmedRange()
    if !trimmed.isEmpty {
      let start = text.count - last.count
      time = start + trimmed.lowerBound..<start + trimmed.upperBound
    }
  }

  /// The first `byte` in `range` without a backslash before it.
  static func first(
    _ byte: UInt8, in text: Span<UInt8>, _ range: Range<Int>, hidesQuoted: Bool = false
  ) -> Int? {
    var index = range.lowerBound
    var isQuoted = false
    while index < range.upperBound {
      if text[index] == ASCII.backslash {
        index += 2
        continue
      }
      if hidesQuoted, text[index] == ASCII.quote { isQuoted.toggle() }
      if text[index] == byte, !isQuoted { return index }
      index += 1
    }
    return nil
  }
}

/// What one line says of a process.
private struct InfluxPoint {
  var identity: SeriesIdentity
  var handles: Int64
  var time: Timestamp?
  /// The highest count that the system allows the process.
  var limit: UInt64?

  /// What it says of the kind of system.
  var evidence: HostEvidence {
    identity.resource == .fileDescriptors
      ? .hard("num_fds of Telegraf's procstat counts descriptors of Unix processes")
      : .soft("Telegraf needs a later Windows")
  }

  /// Of procstat, on Unix.
  private static let descriptorFields = ["num_fds"]
  private static let limitFields = ["rlimit_num_fds_soft"]
  /// Of procstat, the surest first: how it was told which process to look at.
  private static let processTags = [
    "process_name", "exe", "win_service", "systemd_unit", "supervisor_unit", "pattern", "cgroup",
  ]
  private static let pidNames = ["pid"]

  /// Nil for lines about something else.
  init?(
    _ text: Span<UInt8>, nameBytesMax: Int, counters: inout KnownCounters
  ) throws(FieldFault) {
    guard let parts = InfluxParts(text), let fields = parts.fields else {
      throw .notALineOfPoints
    }
    var handles: Int64?
    var descriptors: Int64?
    var pid: Int64?
    var limit: UInt64?
    try Self.forEach(text, fields, hidesQuoted: true) { name, value throws(FieldFault) in
      let counter = counters.counter(underscored: name)
      if counter == .count(.handles) { handles = try Self.integer(value) }
      if name.isOne(of: Self.descriptorFields) { descriptors = try Self.integer(value) }
      if name.isOne(of: Self.limitFields) { limit = (try? Self.integer(value)).map(UInt64.init) }
      if counter == .processID || name.isOne(of: Self.pidNames) { pid = try Self.integer(value) }
    }
    let resource = handles == nil ? HandleResource.fileDescriptors : .handles
    guard let handles = handles ?? descriptors else { return nil }
    var process: String?
    var procstat: (name: String, rank: Int)?
    var instance = 0
    var hosts: (host: String?, source: String?)
    var isNoProcess = false
    let comma = InfluxParts.first(ASCII.comma, in: text, parts.key) ?? parts.key.upperBound
    let tags = min(comma + 1, parts.key.upperBound)..<parts.key.upperBound
    try Self.forEach(text, tags, hidesQuoted: false) { name, value throws(FieldFault) in
      if name.isOne(of: ["host"]) {
        hosts.host = try Name.readOptional(value, bytesMax: nameBytesMax)
      } else if name.isOne(of: ["source"]) {
        hosts.source = try Name.readOptional(value, bytesMax: nameBytesMax)
      } else if let rank = Self.processTags.firstIndex(where: { name.isOne(of: [$0]) }) {
        if rank < procstat?.rank ?? .max,
          let found = try Name.readOptional(value, bytesMax: nameBytesMax)
        {
          procstat = (found, rank)
        }
      } else if name.isOne(of: Self.pidNames) {
        pid = try Self.integer(value)
      } else if name.isOne(of: ["instance"]) {
        var range = 0..<value.count
        if let (rest, number) = InstanceName.split(value, at: InstanceName.mark) {
          (range, instance) = (rest, number)
        }
        isNoProcess = InstanceName.isNoProcess(value.extracting(range))
        process = try Name.readOptional(value.extracting(range), bytesMax: nameBytesMax)
      }
    }
    if isNoProcess { return nil }
    guard let process = process ?? procstat?.name else { throw .noInstanceTag }
    identity = SeriesIdentity(
      host: hosts.source ?? hosts.host, process: process, instance: instance, pid: pid,
      resource: resource)
    self.limit = limit
    self.handles = handles
    if let range = parts.time { time = try Self.time(text.extracting(range)) }
  }

  /// Calls `body` with each name and value without escapes.
  private static func forEach(
    _ text: Span<UInt8>, _ range: Range<Int>, hidesQuoted: Bool,
    _ body: (Span<UInt8>, Span<UInt8>) throws(FieldFault) -> Void
  ) throws(FieldFault) {
    var start = range.lowerBound
    while start < range.upperBound {
      let rest = start..<range.upperBound
      let end =
        InfluxParts.first(ASCII.comma, in: text, rest, hidesQuoted: hidesQuoted)
        ?? range.upperBound
      guard let equals = InfluxParts.first(UInt8(ascii: "="), in: text, start..<end) else {
        throw .notALineOfPoints
      }
      try body(
        unescaped(text.extracting(start..<equals)).span,
        unescaped(text.extracting(equals + 1..<end)).span)
      start = end + 1
    }
  }

  /// A backslash hides what separates, and stands for itself before anything else.
  private static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
    var value: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == ASCII.backslash, index + 1 < text.count,
        [ASCII.comma, ASCII.space, UInt8(ascii: "="), ASCII.backslash].contains(text[index + 1])
      {
        index += 1
      }
      value.append(text[index])
      index += 1
    }
    return value
  }

  /// `812`, `812i`, `812u`.
  private static func integer(_ text: Span<UInt8>) throws(FieldFault) -> Int64 {
    guard !text.isEmpty else { throw .notACount }
    let isMarked = [UInt8(ascii: "i"), UInt8(ascii: "u")].contains(text[text.count - 1])
    return try Count.read(text.extracting(0..<(isMarked ? text.count - 1 : text.count)))
  }

  private static func time(_ text: Span<UInt8>) throws(FieldFault) -> Timestamp {
    guard let nanoseconds = Int64(String(decoding: text.copied(), as: UTF8.self)) else {
      throw .notNanoseconds
    }
    guard let time = Timestamp(milliseconds: nanoseconds / 1_000_000) else {
      throw .timeOutOfRange
    }
    return time
  }
}
