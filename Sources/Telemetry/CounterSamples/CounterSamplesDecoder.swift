import Bytes
import Handles

/// `(Get-Counter '\Process(*)\Handle Count').CounterSamples | Export-Csv`: a row for each counter.
///
/// ```
/// "Path","InstanceName","CookedValue","RawValue","SecondValue",…,"Timestamp",…
/// "\\plc-07\process(extra)\handle count","extra","812","812","0",…,"11/6/2023 8:00:00 AM",…
/// ```
///
/// The instance's name lacks the number, which the path has. Counters of PIDs are used where they are.
/// Tables with the parts of a path in columns of their own are read too, as Azure Monitor exports them
/// (`TimeGenerated`, `Computer`, `ObjectName`, `CounterName`, `InstanceName`, `CounterValue`).
struct CounterSamplesDecoder: RowDecoder {
  private let limits: TelemetryLimits
  var rows: RowFeed
  private var header: CounterSamplesHeader?
  private var times = MixedTimes()
  /// Of the rows with the same time.
  private var block = CounterBlock()
  private var blockTime: Timestamp?
  /// As it is written.
  private var blockStamp: [UInt8] = []

  init(limits: TelemetryLimits) {
    self.limits = limits
    rows = RowFeed(scanner: RowScanner(separator: nil, cellsMax: 1), limits: limits)
  }

  mutating func use(_ options: UploadOptions) { times.use(options) }

  static func isHeader(_ line: Span<UInt8>) -> Bool {
    CounterSamplesHeader(line, columnsMax: line.count) != nil
  }

  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = row.extracting(row.trimmedRange())
    if text.isEmpty || text[0] == ASCII.number { return }
    guard let header else {
      guard let found = CounterSamplesHeader(row, columnsMax: limits.csvColumnsMax) else {
        throw TelemetryError(
          .malformed,
          "the header lacks Path, CookedValue or Timestamp; it was read as counter-samples",
          hint: "Export all members: (Get-Counter …).CounterSamples | Export-Csv log.csv -Append.",
          line: rows.line, column: 1)
      }
      header = found
      rows.scanner = RowScanner(separator: found.separator, cellsMax: found.columnCount)
      return
    }
    if try rejectsShape(columns: header.columnCount, into: &upload) { return }
    if header.isRepeated(row, rows.scanner.cells) { return }
    try takeCells(row, header, into: &upload)
  }

  private mutating func takeCells(
    _ row: Span<UInt8>, _ header: CounterSamplesHeader, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var cell = rows.scanner.cells[header.firstColumn]
    let path: CounterPath
    let value: Int64
    do throws(FieldFault) {
      let text = header.path(row, rows.scanner.cells)
      guard let found = try CounterPath(text.span, nameBytesMax: limits.nameBytesMax)
      else { return }
      path = found
      cell = rows.scanner.cells[header.value]
      value = try Count.read(row.extracting(row.trimmedRange(of: cell.range)), decimalComma: true)
    } catch {
      return try upload.reject(line: rows.line, column: cell.column, error.detail)
    }
    cell = rows.scanner.cells[header.time]
    let stamp = row.extracting(row.trimmedRange(of: cell.range))
    if blockTime == nil || !stamp.equals(blockStamp) {
      // Before the next time is read, which may tell what the last one was.
      try flush(into: &upload)
      do throws(LocalTimeFault) {
        blockTime = try times.read(stamp, at: rows.line, into: &upload)
      } catch {
        let fault = try error.ofRow()
        return try upload.reject(line: rows.line, column: cell.column, fault.detail)
      }
      blockStamp = stamp.copied()
    }
    try block.take(path, value, line: rows.line, limits: limits)
  }

  private mutating func flush(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard let time = blockTime else { return }
    blockTime = nil
    try block.flush(at: time, into: &upload)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try flush(into: &upload)
    try times.end(into: &upload)
  }
}
