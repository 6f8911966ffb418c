import Bytes
import Handles

/// A format of JSON objects that are rows: each names a process, a count and, mostly, a time.
///
/// Formats differ in what they call them, and in nothing else.
protocol JSONRowFormat {
  static var names: JSONRowNames { get }
  /// What makes a log of it, for a list of one moment.
  static var logCommand: String { get }
}

/// What a format calls the parts of a row: dotted paths in small letters, the ones that count more first.
struct JSONRowNames: Sendable {
  var host: [String] = []
  var process: [String] = []
  var pid: [String] = []
  var time: [String] = []
  var started: [String] = []
  var handles: [String] = []
  var descriptors: [String] = []
  var limit: [String] = []
  /// A counter's path, whose process and host count where nothing else names them.
  var counterPath: [String] = []
  /// Its value.
  var counterValue: [String] = []
  /// Arrays of rows within an object.
  var lists: [String] = []
  /// Whether such a row has what its object says beside the array.
  var inherits = false
  /// An object whose members are counters by their names.
  var counters: String?
  /// What a count of handles, and what one of descriptors says of the kind of system.
  var handleEvidence: HostEvidence?
  var descriptorEvidence: HostEvidence?

  fileprivate enum Field: Int, CaseIterable {
    case host, process, pid, time, started, handles, descriptors, limit, counterPath, counterValue
  }

  fileprivate var shape: JSONRecordShape {
    JSONRecordShape(
      fields: Field.allCases.map { field in
        switch field {
        case .host: host
        case .process: process
        case .pid: pid
        case .time: time
        case .started: started
        case .handles: handles
        case .descriptors: descriptors
        case .limit: limit
        case .counterPath: counterPath
        case .counterValue: counterValue
        }
      }, lists: lists, inherited: inherits ? [Field.host.rawValue, Field.time.rawValue] : nil,
      counters: counters)
  }
}

/// Reads the rows of a format.
struct JSONRowDecoder<Format: JSONRowFormat>: JSONTokenDecoder {
  var reader: JSONReader
  var skippedDepth: Int?
  var lines: JSONLines? = JSONLines()
  private let limits: TelemetryLimits
  private var records: JSONRecords
  private var times = MixedTimes()
  private var snapshots = SnapshotClock()

  init(limits: TelemetryLimits) {
    self.limits = limits
    reader = JSONReader(limits: JSONReader.Limits(limits, allowsMore: true))
    records = JSONRecords(shape: Format.names.shape, limits: limits)
  }

  mutating func use(_ options: UploadOptions) {
    times.use(options)
    snapshots.use(options)
  }

  mutating func forget() { records.forget() }

  mutating func take(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let (text, line) = (
      token == .key || token == .string || token == .number ? reader.text : [], position.line
    )
    if try records.take(token, text, line: line) {
      skippedDepth = reader.depth - 1
    }
    guard token == .endObject, !records.complete.isEmpty else { return }
    for record in records.drain() { try take(record, into: &upload) }
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try times.end(into: &upload)
    try snapshots.end(into: &upload)
  }

  private mutating func take(
    _ record: JSONRecord, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let row = try read(record, into: &upload) else { return }
    var time: Timestamp?
    if let text = record.text(JSONRowNames.Field.time.rawValue) {
      do throws(LocalTimeFault) {
        time = try times.read(text.span, at: record.line, into: &upload)
      } catch {
        let fault = try error.ofRow()
        return try upload.reject(line: record.line, fault.detail)
      }
    }
    let series = try upload.index(of: row.identity)
    if let limit = row.limit { upload.setLimit(limit, of: series) }
    let isUnix = row.identity.resource == .fileDescriptors
    let names = Format.names
    if let fact = isUnix ? names.descriptorEvidence : names.handleEvidence { upload.witness(fact) }
    try snapshots.append(
      row.count, to: series, at: record.line, time: time, command: Format.logCommand,
      into: &upload)
  }

  private struct Row {
    var identity: SeriesIdentity
    var count: Int64
    var limit: UInt64?
  }

  /// Nil for an object about something else, and for one whose fault is told.
  private func read(
    _ record: JSONRecord, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Row? {
    do throws(FieldFault) {
      return try row(record)
    } catch {
      try upload.reject(line: record.line, error.detail)
      return nil
    }
  }

  private func row(_ record: JSONRecord) throws(FieldFault) -> Row? {
    func text(_ field: JSONRowNames.Field) -> [UInt8]? { record.text(field.rawValue) }
    let bytesMax = limits.nameBytesMax
    var identity = SeriesIdentity(process: "")
    var (handles, descriptors) = (text(.handles), text(.descriptors))
    var (process, pid) = (text(.process), text(.pid))
    for (counter, text) in record.counters {
      switch counter {
      case .processID: pid = pid ?? text
      case .count(.handles): handles = handles ?? text
      case .count(let resource):
        (handles, identity.resource) = (handles ?? text, handles == nil ? resource : .handles)
      }
    }
    if let path = text(.counterPath) {
      guard let found = try CounterPath(path.span, nameBytesMax: bytesMax),
        case .count(let resource) = found.counter
      else { return nil }
      identity = SeriesIdentity(
        host: found.host, process: found.process, instance: found.instance, pid: found.pid,
        resource: resource)
      (process, handles, descriptors) = (nil, text(.counterValue), nil)
    }
    guard let count = handles ?? descriptors else { return nil }
    if handles == nil { identity.resource = .fileDescriptors }
    if let process {
      if InstanceName.isNoProcess(process.span) { return nil }
      var name = 0..<process.count
      if let (rest, number) = InstanceName.split(process.span, at: InstanceName.mark) {
        (name, identity.instance) = (rest, number)
      }
      identity.process = try Name.read(process.span.extracting(name), bytesMax: bytesMax)
    }
    guard !identity.process.isEmpty else { throw .noProcessMember }
    if let host = text(.host), host != [ASCII.point] {
      identity.host = try Name.readOptional(host.span, bytesMax: bytesMax)
    }
    if let pid { identity.pid = try Count.read(pid.span) }
    return Row(
      identity: identity, count: try Count.read(count.span),
      limit: text(.limit).flatMap { Count.readLimit($0.span) })
  }
}
