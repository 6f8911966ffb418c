import Bytes
import Handles

/// One JSON object a line, as log shippers and `jq -c` write them:
///
/// `{"host":"PLC-07","process":"EXTRA","pid":212,"at":"1999-03-01T08:00:00Z","handles":812}`
///
/// Members are those of the JSON format, in any order; unknown ones are skipped. `host` is a name or
/// an object that also names product and level. Lines are separate: one that is no JSON is rejected
/// like one without a process.
struct NDJSONDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private let readerLimits: JSONReader.Limits
  private var times = TimeReader()
  private var host = HostFacts()

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
    readerLimits = JSONReader.Limits(limits)
  }

  mutating func use(_ options: UploadOptions) { times = TimeReader(zone: options.zone) }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard !line.trimmedRange().isEmpty else { return }
    var reader = JSONReader(line.copied(), limits: readerLimits)
    var row = NDJSONRow()
    do throws(JSONError) {
      try row.read(&reader, nameBytesMax: limits.nameBytesMax, times: &times, host: &host)
    } catch {
      return try upload.reject(line: lines.number, column: error.column, error.detail)
    }
    guard let process = row.process, let handles = row.handles else {
      let missing = row.process == nil ? "process" : "handles"
      return try upload.reject(line: lines.number, "an object without \"\(missing)\"")
    }
    let time = if let time = row.time { time } else { try upload.timeOfReceipt() }
    let series = try upload.index(
      of: SeriesIdentity(
        host: row.host, process: process, instance: row.instance, pid: row.pid,
        started: row.started, resource: row.resource))
    if let limit = row.limit { upload.setLimit(limit, of: series) }
    try upload.append(Sample(time: time, handles: handles), to: series)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    host.describe(&upload)
    times.report(&upload)
  }
}

/// The members of one line.
private struct NDJSONRow {
  var host: String?
  var process: String?
  var instance = 0
  var pid: Int64?
  var started: Timestamp?
  var time: Timestamp?
  var handles: Int64?
  var resource = HandleResource.handles
  var limit: UInt64?

  mutating func read(
    _ reader: inout JSONReader, nameBytesMax: Int, times: inout TimeReader,
    host facts: inout HostFacts
  ) throws(JSONError) {
    guard try reader.next() == .beginObject else {
      throw reader.position.error("a line is a JSON object")
    }
    var member = ""
    var isInHost = false
    while let token = try reader.next() {
      switch token {
      case .key:
        if reader.depth == 1 || isInHost { member = String(decoding: reader.text, as: UTF8.self) }
      case .beginObject: isInHost = isInHost || reader.depth == 2 && member == "host"
      case .endObject: isInHost = isInHost && reader.depth > 1
      case .beginArray, .endArray, .null: break
      case .string, .number, .true, .false:
        let isHosts = isInHost && reader.depth == 2
        guard reader.depth == 1 || isHosts else { continue }
        do throws(FieldFault) {
          if isHosts {
            try takeHost(member, token, reader.text, nameBytesMax, &facts)
          } else {
            try take(member, token, reader.text, nameBytesMax, &times, &facts)
          }
        } catch {
          throw reader.position.error("\"\(member)\": \(error.detail)")
        }
      }
    }
  }

  private mutating func take(
    _ member: String, _ token: JSONToken, _ text: [UInt8], _ nameBytesMax: Int,
    _ times: inout TimeReader, _ facts: inout HostFacts
  ) throws(FieldFault) {
    let isScalar = token == .string || token == .number
    switch member {
    case "process":
      guard token == .string else { throw .notAString }
      process = try Name.read(text.span, bytesMax: nameBytesMax)
    case "host": try takeHost("name", token, text, nameBytesMax, &facts)
    case "product", "service_pack": try takeHost(member, token, text, nameBytesMax, &facts)
    case "handles":
      guard isScalar else { throw .notACount }
      handles = try Count.read(text.span)
    case "pid":
      guard isScalar else { throw .notACount }
      pid = try Count.read(text.span)
    case "instance":
      guard isScalar else { throw .notACount }
      instance = Int(truncatingIfNeeded: try Count.read(text.span))
    case "at", "time", "timestamp":
      guard isScalar else { throw .notATime }
      time = try times.read(text.span)
    case "limit":
      guard isScalar else { throw .notACount }
      limit = UInt64(try Count.read(text.span))
    case "resource":
      guard token == .string else { throw .notAString }
      resource = try HandleResource(uploaded: text)
    case "started":
      guard isScalar else { throw .notATime }
      started = try times.read(text.span)
    default: break
    }
  }

  private mutating func takeHost(
    _ member: String, _ token: JSONToken, _ text: [UInt8], _ nameBytesMax: Int,
    _ facts: inout HostFacts
  ) throws(FieldFault) {
    guard ["name", "product", "service_pack"].contains(member) else { return }
    // A level may be the bare number of a service pack.
    guard token == .string || token == .number && member == "service_pack" else {
      throw .notAString
    }
    switch member {
    case "name": host = try Name.readOptional(text.span, bytesMax: nameBytesMax)
    case "product": try facts.product.take(text.span, bytesMax: nameBytesMax)
    // Empty is what a host without a service pack reports.
    default: try facts.servicePack.take(text.span, bytesMax: nameBytesMax, blank: "")
    }
  }
}
