import Bytes
import Handles

/// A panel of Prometheus data that Grafana saved as CSV: series as columns,
///
/// ```
/// "Time","{instance=""PLC-07:9182"", process=""EXTRA"", process_id=""212""}"
/// 2023-11-06 08:00:00,812
/// ```
///
/// or as a table with a column for each label and one of values. Times are local, in RFC 3339 or in
/// milliseconds, as the panel is set.
struct GrafanaCSVDecoder: RowDecoder {
  private let limits: TelemetryLimits
  var rows: RowFeed
  private var header: GrafanaHeader?
  private var times = MixedTimes()
  private let metrics = PrometheusMetrics()
  /// Of the table form: series by the cells of their labels.
  private var lookup = SeriesLookup()

  init(limits: TelemetryLimits) {
    self.limits = limits
    rows = RowFeed(scanner: RowScanner(separator: nil, cellsMax: 1), limits: limits)
  }

  mutating func use(_ options: UploadOptions) { times.use(options) }

  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = row.extracting(row.trimmedRange())
    // Frames of a panel are parted by blank lines. Excel wants `sep=,`.
    if text.isEmpty || text.copied().starts(with: "sep=".utf8) { return }
    guard let header else { return try takeHeader(row, into: &upload) }
    if GrafanaHeader.isHead(first: row, rows.scanner.cells) {
      return try takeHeader(row, into: &upload)
    }
    if try rejectsShape(columns: header.columnCount, into: &upload) { return }
    var timeColumn = 0
    if case .rows(_, let column, _) = header.form { timeColumn = column }
    let cell = rows.scanner.cells[timeColumn]
    let time: Timestamp
    do throws(LocalTimeFault) {
      time = try times.read(
        row.extracting(row.trimmedRange(of: cell.range)), at: rows.line, into: &upload)
    } catch {
      let fault = try error.ofRow()
      return try upload.reject(line: rows.line, column: cell.column, fault.detail)
    }
    switch header.form {
    case .wide(let series): try takeWide(row, series, at: time, into: &upload)
    case .rows(let series, _, let value):
      try takeRow(row, series, value, at: time, into: &upload)
    case .table(let labels, let name, let value):
      try takeTable(row, labels, name, value, at: time, into: &upload)
    }
  }

  private mutating func takeHeader(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var faults: [(Int, FieldFault)] = []
    guard
      let found = GrafanaHeader(
        row, columnsMax: limits.pdhColumnsMax, nameBytesMax: limits.nameBytesMax, faults: &faults)
    else {
      throw TelemetryError(
        .malformed, "a CSV of Grafana whose columns don't say which process they are of",
        hint: "Show the labels as the legend: set the panel's legend to Auto and save it again.",
        line: rows.line, column: 1)
    }
    for (column, fault) in faults {
      try upload.reject(line: rows.line, "column \(column + 1): \(fault.detail)")
    }
    header = found
    rows.scanner = RowScanner(separator: found.separator, cellsMax: found.columnCount)
    switch found.form {
    case .wide: break
    case .rows(let series, _, _):
      lookup = SeriesLookup(columns: [series], seriesMax: limits.seriesMax)
    case .table(let labels, let name, _):
      lookup = SeriesLookup(
        columns: labels.map(\.column) + [name].compactMap(\.self), seriesMax: limits.seriesMax)
    }
  }

  private mutating func takeWide(
    _ row: Span<UInt8>, _ series: [GrafanaHeader.Series], at time: Timestamp,
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var series = series
    for place in series.indices {
      let cell = rows.scanner.cells[series[place].column]
      guard let count = try count(row, cell, into: &upload) else { continue }
      if series[place].index == nil {
        series[place].index = try upload.index(of: series[place].identity)
        if let fact = series[place].evidence { upload.witness(fact) }
        header?.form = .wide(series)
      }
      guard let index = series[place].index else { continue }
      if series[place].isLimit {
        upload.setLimit(UInt64(count), of: index)
      } else {
        try upload.append(Sample(time: time, handles: count), to: index)
      }
    }
  }

  private mutating func takeRow(
    _ row: Span<UInt8>, _ series: Int, _ value: Int, at time: Timestamp,
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let cells = rows.scanner.cells
    guard let count = try count(row, cells[value], into: &upload) else { return }
    if let known = lookup.find(row, cells) {
      return try upload.append(Sample(time: time, handles: count), to: known)
    }
    let found: GrafanaHeader.Series
    do throws(FieldFault) {
      let name = row.value(of: cells[series])
      guard name.contains(UInt8(ascii: "{")) else { throw .noProcessLabel }
      guard let one = try GrafanaHeader.series(name, series, metrics, limits.nameBytesMax) else {
        return
      }
      found = one
    } catch {
      return try upload.reject(line: rows.line, column: cells[series].column, error.detail)
    }
    let index = try upload.index(of: found.identity)
    if let fact = found.evidence { upload.witness(fact) }
    if found.isLimit { return upload.setLimit(UInt64(count), of: index) }
    lookup.insert(row, cells, series: index)
    try upload.append(Sample(time: time, handles: count), to: index)
  }

  private mutating func takeTable(
    _ row: Span<UInt8>, _ labels: [(column: Int, name: [UInt8])], _ name: Int?, _ value: Int,
    at time: Timestamp, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let count = try count(row, rows.scanner.cells[value], into: &upload) else { return }
    if let known = lookup.find(row, rows.scanner.cells) {
      return try upload.append(Sample(time: time, handles: count), to: known)
    }
    let metric = name.map { row.value(of: rows.scanner.cells[$0]) } ?? []
    let known = metrics.metric(named: metric.span)
    guard let meaning = known ?? (metric.isEmpty ? .ownCount(.handles) : nil), meaning != .host
    else { return }
    let identity: SeriesIdentity
    do throws(FieldFault) {
      var found = SeriesLabels()
      for (column, label) in labels {
        let text = row.value(of: rows.scanner.cells[column])
        try found.take(label.span, text.span, bytesMax: limits.nameBytesMax)
      }
      guard let one = try found.identity(of: meaning) else { return }
      identity = one
    } catch {
      return try upload.reject(line: rows.line, error.detail)
    }
    let series = try upload.index(of: identity)
    if meaning.isLimit { return upload.setLimit(UInt64(count), of: series) }
    if let fact = metrics.evidence(named: metric.span) { upload.witness(fact) }
    lookup.insert(row, rows.scanner.cells, series: series)
    try upload.append(Sample(time: time, handles: count), to: series)
  }

  /// Nil for a gap, and for a value whose fault is told.
  private func count(
    _ row: Span<UInt8>, _ cell: Cell, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Int64? {
    let text = row.extracting(row.trimmedRange(of: cell.range))
    if text.isEmpty || text.isOne(of: ["nan", "null", "undefined", "n/a", "-", "no value"]) {
      return nil
    }
    do throws(FieldFault) {
      return try Count.readGrouped(text, separator: header?.separator ?? ASCII.comma)
    } catch {
      try upload.reject(
        line: rows.line, column: cell.column, value: RejectedValue.text(row, cell.range),
        error.detail)
      return nil
    }
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try times.end(into: &upload)
  }
}
