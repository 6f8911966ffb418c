import Bytes
import Handles

/// `timestamp,host,process,pid,handles` in any order, under several names, among other columns.
///
/// A quoted cell may hold line breaks (RFC 4180). Blank lines and repeated headers are skipped; a
/// row with more or fewer cells than the header is rejected.
struct CSVDecoder: RowDecoder {
  private let limits: TelemetryLimits
  /// Whose counts they are, where no column says it.
  private var process: String?
  var rows: RowFeed
  private var header = CSVHeader()
  private var hasHeader = false
  private var lookup = SeriesLookup()
  private var plainRows = PlainRows()
  private var times = TimeReader()
  /// For dates in words.
  private var words = MixedTimes()
  /// For times as a region or a spreadsheet writes them.
  private var clock = LocalClock()
  private var host = HostFacts()
  /// In a fork: what the rows before were assumed to say of the host.
  private var assumedHost = HostFacts()

  init(limits: TelemetryLimits) {
    self.limits = limits
    rows = RowFeed(scanner: RowScanner(separator: nil, cellsMax: 1), limits: limits)
  }

  mutating func use(_ options: UploadOptions) {
    times = TimeReader(zone: options.zone)
    words.use(options)
    process = options.process
  }

  /// Whether the first line of a body is a header of this format.
  static func isHead(_ line: Span<UInt8>) -> Bool {
    let header = try? CSVHeader(line: line, at: 1, columnsMax: line.count, namesProcess: true)
    return header?.process != nil
  }

  /// Whether the first lines have a time and a count, and nothing that could name a process.
  static func isHeadWithoutProcess(_ lines: [[UInt8]]) -> Bool {
    guard let first = lines.first else { return false }
    // Two lines, since the time of a loop can have a comma before its milliseconds.
    if lines.prefix(2).allSatisfy({ CSVHeader(rows: $0.span) != nil }) { return true }
    let header = try? CSVHeader(
      line: first.span, at: 1, columnsMax: first.count, namesProcess: true)
    return header != nil
  }

  func fork() -> Self? {
    guard hasHeader, !clock.isUsed else { return nil }
    var fork = self
    fork.rows = RowFeed(
      scanner: RowScanner(separator: header.separator, cellsMax: header.columnCount),
      limits: limits)
    fork.forgetSeries()
    fork.assumedHost = host
    return fork
  }

  mutating func join(_ fork: any FormatDecoder) -> Int? {
    guard let fork = fork as? CSVDecoder, hasHeader, rows.isAtRow, fork.header == header,
      fork.assumedHost == host, !clock.isUsed, !fork.clock.isUsed
    else { return nil }
    host = fork.host
    times.join(fork.times)
    // What the fork knew of series were the indices of its own.
    forgetSeries()
    return rows.join(fork.rows)
  }

  private mutating func forgetSeries() {
    lookup = SeriesLookup(
      columns: [header.host, header.process, header.pid, header.started].compactMap(\.self),
      seriesMax: limits.seriesMax)
  }

  mutating func takePlainRows(
    _ bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    // A row of another form would be taken for one of those that wait.
    guard !clock.isWaiting else { return }
    while let row = plainRows.take(bytes, from: &position, &times, &lookup) {
      rows.pass()
      try upload.append(row.sample, to: row.series)
    }
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasHeader else {
      throw TelemetryError(
        .malformed, "the upload has no header line",
        hint: "A header such as timestamp,host,process,pid,handles is needed.", line: 1, column: 1)
    }
    host.describe(&upload)
    times.report(&upload)
    try words.end(into: &upload)
    try clock.end(into: &upload)
  }

  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard hasHeader else { return try takeHeader(row, into: &upload) }
    if header.columnCount > 1, rows.scanner.cellCount == 1, isBlank(row) { return }
    if try rejectsShape(columns: header.columnCount, into: &upload) { return }
    try takeCells(row, into: &upload)
  }

  private mutating func takeHeader(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    // Spreadsheets begin a file with `sep=;`.
    if isBlank(line) || (text.count == 5 && text.copied().starts(with: "sep=".utf8)) { return }
    let bare = CSVHeader(rows: line)
    if let bare {
      guard process != nil else { throw CSVHeader.noProcess(at: rows.line) }
      header = bare
    } else {
      header = try CSVHeader(
        line: line, at: rows.line, columnsMax: limits.csvColumnsMax, namesProcess: process != nil)
    }
    hasHeader = true
    rows.scanner = RowScanner(separator: header.separator, cellsMax: header.columnCount)
    if bare != nil {
      // The scanner knows the first row's cells only now.
      _ = rows.scanner.scan(line, from: 0, to: line.count)
      _ = rows.scanner.endOfInput()
      try takeCells(line, into: &upload)
      rows.scanner.startRow()
    }
    forgetSeries()
    plainRows = PlainRows(header: header, lookup: lookup, lineBytesMax: limits.lineBytesMax)
  }

  private enum SeriesOfRow {
    case known(Int)
    case new(SeriesIdentity)
  }

  @inline(__always)
  private mutating func takeCells(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var cell = rows.scanner.cells[header.time]
    let sample: Sample
    let seriesOfRow: SeriesOfRow
    let time: Timestamp
    do throws(LocalTimeFault) {
      let stamp = row.extracting(row.trimmedRange(of: cell.range))
      if let date = header.date {
        let day = row.value(of: rows.scanner.cells[date])
        time = try readTime((day + [ASCII.space] + stamp.copied()).span, into: &upload)
      } else {
        time = try readTime(stamp, into: &upload)
      }
    } catch {
      let fault = try error.ofRow()
      if isRepeatedHeader(row) { return }
      // The faults of a local time name the value themselves.
      let value =
        if case .field = error { RejectedValue.text(row, cell.range) } else { nil as String? }
      return try upload.reject(line: rows.line, column: cell.column, value: value, fault.detail)
    }
    do throws(FieldFault) {
      (sample, seriesOfRow) = try read(row, at: time, &cell)
    } catch {
      if isRepeatedHeader(row) { return }
      return try upload.reject(
        line: rows.line, column: cell.column, value: RejectedValue.text(row, cell.range),
        error.detail)
    }
    switch seriesOfRow {
    case .known(let series): try upload.append(sample, to: series)
    case .new(let identity):
      let series = try upload.index(of: identity)
      lookup.insert(row, rows.scanner.cells, series: series)
      try upload.append(sample, to: series)
    }
  }

  @inline(__always)
  private mutating func readTime(
    _ text: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(LocalTimeFault) -> Timestamp {
    let time: Timestamp
    do throws(FieldFault) {
      time = try times.read(text)
    } catch {
      guard error == .notATime else { throw .field(error) }
      if LocalTime.isLikely(text) { return try readLocalTime(text, into: &upload) }
      guard let named = try readNamed(text) else { throw .field(error) }
      time = named
    }
    if clock.isWaiting {
      // A time of another form mustn't wait with the others.
      do throws(TelemetryError) { try clock.end(into: &upload) } catch { throw .upload(error) }
    }
    return time
  }

  /// A date in words; nil for none.
  private mutating func readNamed(_ text: Span<UInt8>) throws(LocalTimeFault) -> Timestamp? {
    do throws(FieldFault) {
      return try words.named(text)
    } catch {
      throw .field(error)
    }
  }

  private mutating func readLocalTime(
    _ text: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(LocalTimeFault) -> Timestamp {
    if !clock.isUsed {
      do throws(TelemetryError) {
        try clock.begin(biasMinutes: nil, zone: nil, at: rows.line, into: &upload)
      } catch {
        throw .upload(error)
      }
    }
    return try clock.read(text, at: rows.line, into: &upload)
  }

  /// `cell` is the one being read, for the report of a fault.
  @inline(__always)
  private mutating func read(
    _ row: Span<UInt8>, at time: Timestamp, _ cell: inout Cell
  ) throws(FieldFault) -> (Sample, SeriesOfRow) {
    cell = rows.scanner.cells[header.handles]
    let handles = try Count.readGrouped(
      row.extracting(row.trimmedRange(of: cell.range)), separator: header.separator)
    if let column = header.product {
      cell = rows.scanner.cells[column]
      try host.product.take(row.extracting(cell.range), bytesMax: limits.nameBytesMax)
    }
    if let column = header.servicePack {
      cell = rows.scanner.cells[column]
      try host.servicePack.take(row.extracting(cell.range), bytesMax: limits.nameBytesMax)
    }
    let sample = Sample(time: time, handles: handles)
    if let series = lookup.find(row, rows.scanner.cells) { return (sample, .known(series)) }
    return (sample, .new(try readIdentity(row, &cell)))
  }

  private mutating func readIdentity(
    _ row: Span<UInt8>, _ cell: inout Cell
  ) throws(FieldFault) -> SeriesIdentity {
    var identity = SeriesIdentity(process: process ?? "", resource: header.resource)
    if let column = header.process {
      cell = rows.scanner.cells[column]
      identity.process = try Name.read(
        row.value(of: cell).span, bytesMax: limits.nameBytesMax, in: .codePage)
    }
    if let column = header.host {
      cell = rows.scanner.cells[column]
      identity.host = try Name.readOptional(
        row.value(of: cell).span, bytesMax: limits.nameBytesMax, in: .codePage)
    }
    if let column = header.pid {
      cell = rows.scanner.cells[column]
      let text = row.extracting(row.trimmedRange(of: cell.range))
      if !text.isEmpty { identity.pid = try Count.read(text) }
    }
    if let column = header.started {
      cell = rows.scanner.cells[column]
      let text = row.extracting(row.trimmedRange(of: cell.range))
      if !text.isEmpty { identity.started = try times.read(text) }
    }
    return identity
  }

  /// Logs that were put together have a header before each part.
  private func isRepeatedHeader(_ row: Span<UInt8>) -> Bool {
    CSVHeader.isName(row.value(of: rows.scanner.cells[header.time]), of: .time)
      && CSVHeader.isName(row.value(of: rows.scanner.cells[header.handles]), of: .handles)
  }

  private func isBlank(_ row: Span<UInt8>) -> Bool {
    row.trimmedRange().isEmpty
  }
}
