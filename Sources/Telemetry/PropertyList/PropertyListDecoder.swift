import Bytes
import Handles

/// A process in some lines, one for each of its properties: PowerShell's `Format-List` and WMIC's
/// `/value` and `/format:list`.
///
/// ```
/// Id      : 212
/// Handles : 812
/// Name    : EXTRA
/// ```
///
/// A blank line or a property that comes again ends a process. A file may hold many lists, each behind a
/// line with its time, and a process may have one of its own.
struct PropertyListDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var snapshots = SnapshotClock()
  private var times = MixedTimes()
  private var process = Properties()

  private struct Properties {
    var name: [UInt8]?
    var handles: [UInt8]?
    var pid: [UInt8]?
    var time: [UInt8]?
    var host: [UInt8]?
    var line = 0
  }

  static let logCommand = PowerShellJSONFormat.logCommand
  private static let nameNames = ["name", "processname", "caption"]
  private static let handleNames = ["handles", "handlecount"]
  private static let pidNames = ["id", "processid"]
  private static let timeNames = ["time", "timestamp", "date"]
  private static let hostNames = ["machinename", "pscomputername", "csname", "node"]

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) {
    snapshots.use(options)
    times.use(options)
  }

  /// Whether there are lines of a name and of handles.
  static func isHead(_ lines: [[UInt8]]) -> Bool {
    func has(_ names: [String]) -> Bool {
      lines.contains { line in
        guard let (name, value) = parts(line.span), !value.isEmpty else { return false }
        return line.span.extracting(name).isOne(of: names)
      }
    }
    return has(handleNames) && (has(nameNames) || has(pidNames))
  }

  /// `Handles : 812` and `HandleCount=812`.
  private static func parts(_ line: Span<UInt8>) -> (name: Range<Int>, value: Range<Int>)? {
    guard
      let sign = (0..<min(line.count, 40)).first(where: {
        line[$0] == ASCII.colon || line[$0] == ASCII.equals
      }), sign > 0
    else { return nil }
    return (
      line.trimmedRange(of: 0..<sign), line.trimmedRange(of: sign + 1..<line.count)
    )
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    // WMIC writes several carriage returns, and blank lines between the properties of nothing.
    if text.isEmpty { return try flush(into: &upload) }
    if DatedLine(text) != nil {
      try flush(into: &upload)
      if try snapshots.take(text, at: lines.number, into: &upload) { return }
    }
    guard let (name, value) = Self.parts(text) else { return }
    let property = text.extracting(name)
    let bytes = text.extracting(value).copied()
    if property.isOne(of: Self.handleNames) {
      try set(\.handles, bytes, into: &upload)
    } else if property.isOne(of: Self.nameNames) {
      try set(\.name, bytes, into: &upload)
    } else if property.isOne(of: Self.pidNames) {
      try set(\.pid, bytes, into: &upload)
    } else if property.isOne(of: Self.timeNames) {
      try set(\.time, bytes, into: &upload)
    } else if property.isOne(of: Self.hostNames) {
      try set(\.host, bytes, into: &upload)
    }
  }

  private mutating func set(
    _ place: WritableKeyPath<Properties, [UInt8]?>, _ value: [UInt8],
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if process[keyPath: place] != nil, process.handles != nil, process.name != nil {
      try flush(into: &upload)
    }
    if process[keyPath: place] == nil { process[keyPath: place] = value }
    if process.line == 0 { process.line = lines.number }
  }

  private mutating func flush(into upload: inout UploadBuilder) throws(TelemetryError) {
    let process = self.process
    guard let handles = process.handles else { return }
    self.process = Properties()
    var identity = SeriesIdentity(process: "")
    let count: Int64
    do throws(FieldFault) {
      let name = process.name ?? process.pid.map { Array("PID ".utf8) + $0 } ?? []
      if InstanceName.isNoProcess(name.span) || name.span.isOne(of: ["system idle process"]) {
        return
      }
      identity.process = try Name.read(name.span, bytesMax: limits.nameBytesMax, in: .codePage)
      if let pid = process.pid { identity.pid = try Count.read(pid.span) }
      if let host = process.host, host != [ASCII.point] {
        identity.host = try Name.readOptional(
          host.span, bytesMax: limits.nameBytesMax, in: .codePage)
      }
      count = try Count.readGrouped(handles.span, separator: ASCII.space)
    } catch {
      return try upload.reject(line: process.line, error.detail)
    }
    var time: Timestamp?
    if let stamp = process.time {
      do throws(LocalTimeFault) {
        time = try times.read(stamp.span, at: process.line, into: &upload)
      } catch {
        let fault = try error.ofRow()
        return try upload.reject(line: process.line, fault.detail)
      }
    }
    let series = try upload.index(of: identity)
    try snapshots.append(
      count, to: series, at: process.line, time: time, command: Self.logCommand, into: &upload)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try flush(into: &upload)
    try times.end(into: &upload)
    try snapshots.end(into: &upload)
  }
}
