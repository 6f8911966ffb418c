import Bytes
import Handles

/// A list of the processes of one moment as it stands on a console: PowerShell's `Get-Process`, with the
/// columns that it has by itself or others, and `wmic process get Name,ProcessId,HandleCount`.
///
/// ```
/// Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName
/// -------  ------    -----      -----     ------     --  -- -----------
///     812      27   145448      78128       1.44    212   0 EXTRA
/// ```
///
/// A file may hold many, each behind a line with its time.
struct ProcessListDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var header: ProcessListHeader?
  private var hasHeader = false
  private var snapshots = SnapshotClock()

  static let logCommand = PowerShellJSONFormat.logCommand

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) { snapshots.use(options) }

  static func isHeader(_ line: Span<UInt8>) -> Bool { ProcessListHeader(line) != nil }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    // The place in the line tells the column: blanks in front stay.
    let end = line.trimmedRange().upperBound
    let text = line.extracting(0..<end)
    if text.trimmedRange().isEmpty || Self.isRule(text) { return }
    let places = header?.read(text)
    // Most rows are told from a time at a glance.
    if let places, DatedLine.isUnlikely(text) { return try takeRow(text, places, into: &upload) }
    if let found = ProcessListHeader(text) {
      (header, hasHeader) = (found, true)
      return
    }
    if try snapshots.take(text, at: lines.number, into: &upload) {
      header = nil
      return
    }
    // What stands before a list is a prompt and a command.
    guard header != nil else { return }
    guard let places else {
      return try upload.reject(line: lines.number, "a row without a name and a handle count")
    }
    try takeRow(text, places, into: &upload)
  }

  /// Hyphens below the headings.
  private static func isRule(_ text: Span<UInt8>) -> Bool {
    text.indices.allSatisfy { text[$0] == ASCII.minus || text[$0].isBlank }
  }

  private mutating func takeRow(
    _ text: Span<UInt8>, _ places: (process: Range<Int>, handles: Range<Int>, pid: Range<Int>?),
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let name = text.extracting(places.process)
    if InstanceName.isNoProcess(name) || name.isOne(of: ["system idle process"]) { return }
    var identity: SeriesIdentity
    let count: Int64
    do throws(FieldFault) {
      identity = SeriesIdentity(
        process: try Name.read(name, bytesMax: limits.nameBytesMax, in: .codePage))
      if let pid = places.pid { identity.pid = try Count.read(text.extracting(pid)) }
      count = try Count.readGrouped(text.extracting(places.handles), separator: ASCII.space)
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    let series = try upload.index(of: identity)
    try snapshots.append(
      count, to: series, at: lines.number, command: Self.logCommand, into: &upload)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasHeader else {
      throw TelemetryError(
        .malformed, "the list has no line of headings",
        hint: "They are Handles, Id and ProcessName, or HandleCount, Name and ProcessId.", line: 1,
        column: 1)
    }
    try snapshots.end(into: &upload)
  }
}
