import Bytes
import Handles

/// A table of the processes of one moment, as Windows' own tools write it: no column of times.
///
/// - PowerShell, `Get-Process | Export-Csv`: a `#TYPE` line (not with `-NoTypeInformation`), then
///   `"Name","Id","Handles",…`. `Handles` and `HandleCount` are the same; `;` where the list
///   separator of the region is used. A column of times that somebody added is taken.
/// - WMIC, `wmic process get Name,ProcessId,HandleCount /format:csv`: a blank line, then
///   `Node,HandleCount,Name,ProcessId`, in UTF-16 with lines that end with CR CR LF.
/// - Process Explorer, File, Save: tabs, with `Process`, `PID` and, if it is shown, `Handles`.
///
/// A file may hold many, each behind a line with its time.
struct ProcessTableDecoder: RowDecoder {
  private let limits: TelemetryLimits
  var rows: RowFeed
  private var header: ProcessTableHeader?
  private var times = MixedTimes()
  private var snapshots = SnapshotClock()

  mutating func use(_ options: UploadOptions) {
    times.use(options)
    snapshots.use(options)
  }

  init(limits: TelemetryLimits) {
    self.limits = limits
    rows = RowFeed(scanner: RowScanner(separator: nil, cellsMax: 1), limits: limits)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard header != nil else {
      throw TelemetryError(
        .malformed, "the upload has no header line", hint: ProcessTableHeader.hint, line: 1,
        column: 1)
    }
    try times.end(into: &upload)
    try snapshots.end(into: &upload)
  }

  /// For each kind of table what makes a log of it.
  private func logCommand(_ header: ProcessTableHeader) -> String {
    header.separator == ASCII.comma && header.host != nil
      ? "(echo %date% %time% & wmic process get Name,ProcessId,HandleCount /format:csv) >> log.txt, "
        + "once a minute"
      : PowerShellJSONFormat.logCommand
  }

  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if row.trimmedRange().isEmpty || ProcessTableHeader.isTypeLine(row) { return }
    if header == nil || rows.scanner.cellCount == 1,
      try snapshots.take(row.extracting(row.trimmedRange()), at: rows.line, into: &upload)
    {
      return
    }
    guard let header else {
      let found = try ProcessTableHeader(row, at: rows.line, columnsMax: limits.csvColumnsMax)
      header = found
      rows.scanner = RowScanner(separator: found.separator, cellsMax: found.columnCount)
      return
    }
    if try rejectsShape(columns: header.columnCount, into: &upload) { return }
    // Tables that were put together have a header each.
    if header.isRepeated(row, rows.scanner.cells) { return }
    try takeCells(row, header, into: &upload)
  }

  private mutating func takeCells(
    _ row: Span<UInt8>, _ header: ProcessTableHeader, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var cell = rows.scanner.cells[header.process]
    func value(_ column: Int) -> [UInt8] {
      cell = rows.scanner.cells[column]
      return row.value(of: cell)
    }
    var identity: SeriesIdentity
    let handles: Int64
    var time: Timestamp?
    do throws(FieldFault) {
      let name = value(header.process)
      if InstanceName.isNoProcess(name.span) { return }
      identity = SeriesIdentity(
        process: try Name.read(name.span, bytesMax: limits.nameBytesMax, in: .codePage))
      if let column = header.host {
        let host = value(column)
        // PowerShell writes a point for the computer on which it runs.
        if host != [ASCII.point] {
          identity.host = try Name.readOptional(
            host.span, bytesMax: limits.nameBytesMax, in: .codePage)
        }
      }
      if let column = header.pid {
        let pid = value(column)
        if !pid.isEmpty { identity.pid = try Count.read(pid.span) }
      }
      let text = value(header.handles)
      if text.isEmpty, header.isOfExplorer { return }
      handles = try Count.readGrouped(text.span, separator: header.separator)
    } catch {
      return try upload.reject(line: rows.line, column: cell.column, error.detail)
    }
    if let column = header.time {
      let stamp = value(column)
      do throws(LocalTimeFault) {
        time = try times.read(stamp.span, at: rows.line, into: &upload)
      } catch {
        let fault = try error.ofRow()
        return try upload.reject(line: rows.line, column: cell.column, fault.detail)
      }
    }
    let series = try upload.index(of: identity)
    let command = logCommand(header)
    try snapshots.append(
      handles, to: series, at: rows.line, time: time, command: command, into: &upload)
  }
}
