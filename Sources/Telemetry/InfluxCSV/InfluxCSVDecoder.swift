import Bytes
import Handles

/// The annotated CSV that InfluxDB answers queries with:
///
/// ```
/// #datatype,string,long,dateTime:RFC3339,double,string,string,string
/// #group,false,false,false,false,true,true,true
/// #default,_result,,,,,,
/// ,result,table,_time,_value,_field,host,instance
/// ,,0,2023-11-06T08:00:00Z,812,Handle_Count,PLC-07,EXTRA
/// ```
///
/// The command line of InfluxDB 1 writes `name,time,Handle_Count,host,instance` with nanoseconds.
///
/// Tables follow each other, each with its own header behind a blank line or annotations. A query that
/// pivots has a column for each field.
struct InfluxCSVDecoder: RowDecoder {
  private let limits: TelemetryLimits
  var rows: RowFeed
  private var header: InfluxCSVHeader?
  private var times = MixedTimes()
  private var lookup = SeriesLookup()

  init(limits: TelemetryLimits) {
    self.limits = limits
    rows = RowFeed(scanner: RowScanner(separator: nil, cellsMax: 1), limits: limits)
  }

  mutating func use(_ options: UploadOptions) { times.use(options) }

  /// Whether a line is an annotation, or the header of an answer without them.
  static func isHead(_ line: Span<UInt8>) -> Bool {
    isAnnotation(line) || InfluxCSVHeader(line, columnsMax: line.count) != nil
  }

  private static func isAnnotation(_ line: Span<UInt8>) -> Bool {
    guard !line.isEmpty, line[0] == ASCII.number else { return false }
    let text = line.extracting(0..<min(line.count, 10)).copied()
    return ["#datatype,", "#group,", "#default,"].contains { text.starts(with: $0.utf8) }
  }

  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if row.trimmedRange().isEmpty || Self.isAnnotation(row) {
      // The next line may be a header of another table.
      header = nil
      rows.scanner = RowScanner(separator: nil, cellsMax: 1)
      return
    }
    guard let header else {
      guard let found = InfluxCSVHeader(row, columnsMax: limits.csvColumnsMax) else {
        throw TelemetryError(
          .malformed, "a table of InfluxDB without _time, or without a field that is a count",
          hint: "Query the field Handle_Count of win_proc or num_fds of procstat, with its tags.",
          line: rows.line, column: 1)
      }
      header = found
      rows.scanner = RowScanner(separator: ASCII.comma, cellsMax: found.columnCount)
      lookup = SeriesLookup(columns: found.identityColumns, seriesMax: limits.seriesMax)
      return
    }
    if try rejectsShape(columns: header.columnCount, into: &upload) { return }
    guard !header.isRepeated(row, rows.scanner.cells) else { return }
    try takeCells(row, header, into: &upload)
  }

  private mutating func takeCells(
    _ row: Span<UInt8>, _ header: InfluxCSVHeader, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let cells = rows.scanner.cells
    guard let (column, resource) = self.header?.count(row, cells) else { return }
    let text = row.extracting(row.trimmedRange(of: cells[column].range))
    guard !text.isEmpty else { return }
    let count: Int64
    do throws(FieldFault) {
      count = try Count.read(text)
    } catch {
      return try upload.reject(line: rows.line, column: cells[column].column, error.detail)
    }
    let cell = cells[header.time]
    let time: Timestamp
    do throws(LocalTimeFault) {
      time = try times.read(
        row.extracting(row.trimmedRange(of: cell.range)), at: rows.line, into: &upload)
    } catch {
      let fault = try error.ofRow()
      return try upload.reject(line: rows.line, column: cell.column, fault.detail)
    }
    if let known = lookup.find(row, cells) {
      return try upload.append(Sample(time: time, handles: count), to: known)
    }
    let identity: SeriesIdentity
    do throws(FieldFault) {
      guard
        let found = try header.identity(
          row, cells, of: resource, nameBytesMax: limits.nameBytesMax)
      else { return }
      identity = found
    } catch {
      return try upload.reject(line: rows.line, error.detail)
    }
    let series = try upload.index(of: identity)
    upload.witness(
      resource == .fileDescriptors
        ? .hard("num_fds of Telegraf's procstat counts descriptors of Unix processes")
        : .soft("Telegraf needs a later Windows"))
    lookup.insert(row, cells, series: series)
    try upload.append(Sample(time: time, handles: count), to: series)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try times.end(into: &upload)
  }
}
