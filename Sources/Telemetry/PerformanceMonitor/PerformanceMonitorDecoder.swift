import Bytes
import Handles

/// What the Performance Monitor of Windows NT 4.0 exports from a chart or a log, with tabs or commas:
///
/// ```
/// Reported on \\PLC-07
/// Date: 3/1/99
/// Time: 8:00:00 AM
/// Data: Current Activity
/// Interval: 1.000 seconds
///
/// ,,Handle Count,Handle Count
/// ,,EXTRA,SPOOLSS
/// ,,,
/// ,,Process,Process
/// ,,\\PLC-07,\\PLC-07
/// Date,Time
/// 3/1/99,8:00:00 AM,   812.000,    59.000
/// ```
///
/// What a column counts stands in its cells above the first row with a date and a time, in whatever
/// order. The export names no time zone.
struct PerformanceMonitorDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var header = PerformanceMonitorHeader()
  private var columns: [PerformanceMonitorColumn] = []
  private var hasRows = false
  private var clock = LocalClock()

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  static func isHead(_ line: Span<UInt8>) -> Bool {
    line.copied().starts(with: "Reported on ".utf8)
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if line.trimmedRange().isEmpty { return }
    if Self.isHead(line) {
      // A second export may follow the first.
      (header, columns, hasRows) = (PerformanceMonitorHeader(), [], false)
    }
    let cells = header.split(line, cellsMax: limits.pdhColumnsMax)
    guard cells.count <= limits.pdhColumnsMax else {
      throw TelemetryError(
        .malformed, "a line has more than \(limits.pdhColumnsMax) columns", line: lines.number)
    }
    if !hasRows {
      guard Self.isRow(line, cells) else {
        return try header.take(line, cells, at: lines.number, limits: limits)
      }
      columns = try header.columns(at: lines.number, nameBytesMax: limits.nameBytesMax)
      hasRows = true
      try clock.begin(biasMinutes: nil, zone: nil, at: lines.number, into: &upload)
    }
    guard cells.count >= 2 else {
      return try upload.reject(
        line: lines.number, column: 1, FieldFault.notADateAndTime.detail)
    }
    let time: Timestamp
    do throws(LocalTimeFault) {
      time = try clock.read(
        date: line.extracting(cells[0].range), time: line.extracting(cells[1].range),
        at: lines.number, into: &upload)
    } catch {
      let fault = try error.ofRow()
      let detail = (fault == .notATime ? .notADateAndTime : fault).detail
      return try upload.reject(line: lines.number, column: 1, detail)
    }
    for index in columns.indices where columns[index].index < cells.count {
      try takeCount(of: index, at: time, line, cells, into: &upload)
    }
  }

  /// Whether the first two cells are a date and a time.
  private static func isRow(_ line: Span<UInt8>, _ cells: [Cell]) -> Bool {
    guard cells.count >= 2 else { return false }
    let (date, time) = (line.extracting(cells[0].range), line.extracting(cells[1].range))
    return (try? LocalTime(date: date, time: time, expected: nil)) != nil
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    if hasRows { return try clock.end(into: &upload) }
    throw TelemetryError(
      .malformed, "the export has no row with a date and a time",
      hint: PerformanceMonitorHeader.hint, line: lines.number == 0 ? 1 : lines.number)
  }

  private mutating func takeCount(
    of index: Int, at time: Timestamp, _ line: Span<UInt8>, _ cells: [Cell],
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let column = columns[index]
    let cell = cells[column.index]
    let handles: Int64
    do throws(FieldFault) {
      guard let found = try Self.count(line.value(of: cell)) else { return }
      handles = found
      if let pidColumn = column.pidColumn, pidColumn < cells.count,
        let pid = try Self.count(line.value(of: cells[pidColumn])), pid != column.identity.pid
      {
        // Another PID under the same name is another process.
        columns[index].identity.pid = pid
        columns[index].series = nil
      }
    } catch {
      return try upload.reject(line: lines.number, column: cell.column, error.detail)
    }
    let series: Int
    if let known = columns[index].series {
      series = known
    } else {
      series = try upload.index(of: columns[index].identity)
      columns[index].series = series
    }
    try upload.append(Sample(time: time, handles: handles), to: series)
  }

  /// Three decimals, after a point or a comma; below zero what has passed 2^31, which a signed
  /// number of 32 bits shows so (Q177655). Nil for a blank cell.
  private static func count(_ text: [UInt8]) throws(FieldFault) -> Int64? {
    guard let first = text.first else { return nil }
    let plain = text.map { $0 == ASCII.comma ? ASCII.point : $0 }
    guard first == ASCII.minus else { return try Count.read(plain.span) }
    let size = try Count.read(plain.span.extracting(1..<plain.count))
    guard size <= 1 << 31 else { throw .negativeCount }
    return size == 0 ? 0 : (1 << 32) - size
  }
}
