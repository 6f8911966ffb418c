import Bytes
import Handles

/// Performance logs as typeperf, relog and logman write them: a column for each counter.
///
/// The log's local times become UTC by the bias of the header; a log that passes the end of
/// summer time keeps the bias it began with, as the tools do. Rows may have fewer or more cells
/// than the header: what has no header is ignored, what is missing is a gap.
struct PDHDecoder: RowDecoder {
  private let limits: TelemetryLimits
  var rows: RowFeed
  private var header = PDHHeader()
  private var headerCount = 0
  private var clock = LocalClock()
  /// The lines of a header that a console has wrapped, joined so far.
  private var wrapped: (text: [UInt8], line: Int, lines: Int)?
  private static let wrappedLinesMax = 200
  /// Lines before the first header: a prompt and the command.
  private var linesBeforeHeader = 0
  static let linesBeforeHeaderMax = 64
  /// Lines that are no rows: the trailer of typeperf, unless rows follow.
  private var consoleLines: [Int] = []
  private static let consoleLinesMax = 8

  init(limits: TelemetryLimits) {
    self.limits = limits
    rows = RowFeed(scanner: RowScanner(separator: nil, cellsMax: 1), limits: limits)
  }

  /// The format of a body with this line before its rows, if it is one of these logs.
  static func format(ofHead head: ArraySlice<UInt8>) -> TelemetryFormat? {
    let start = head.first == ASCII.quote ? head.dropFirst() : head
    if start.starts(with: "(PDH-CSV".utf8) { return .pdhCSV }
    if start.starts(with: "(PDH-TSV".utf8) { return .pdhTSV }
    return nil
  }

  /// The same of a line.
  static func format(ofLine line: Span<UInt8>) -> TelemetryFormat? {
    guard line.count > 8 else { return nil }
    return format(ofHead: line.extracting(0..<min(line.count, 10)).copied()[...])
  }

  private static func isHeader(_ line: Span<UInt8>) -> Bool {
    // Most rows begin with a digit: two bytes tell.
    guard line.count > 10, line[0] == UInt8(ascii: "(") || line[1] == UInt8(ascii: "(") else {
      return false
    }
    return format(ofHead: line.extracting(0..<10).copied()[...]) != nil
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    if let wrapped { throw PDHHeader.openQuote(at: wrapped.line) }
    guard headerCount > 0 else { throw Self.noHeader }
    try clock.end(into: &upload)
    if !consoleLines.isEmpty {
      upload.note("Lines after the last row were taken for the output of a console and skipped.")
    }
  }

  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = row.extracting(row.trimmedRange())
    if text.isEmpty { return }
    if wrapped != nil { return try takeWrapped(row.extracting(row.lineRange), into: &upload) }
    if Self.isHeader(text) {
      guard text.hasOpenQuote else { return try takeHeader(row, at: rows.line, into: &upload) }
      rows.scanner = RowScanner(separator: nil, cellsMax: 1)
      wrapped = (row.extracting(row.lineRange).copied(), rows.line, 1)
      return
    }
    if headerCount == 0 {
      linesBeforeHeader += 1
      guard linesBeforeHeader <= Self.linesBeforeHeaderMax else { throw Self.noHeader }
      return
    }
    guard text[0] == ASCII.quote || text[0].digitValue <= 9 else {
      consoleLines.append(rows.line)
      if consoleLines.count > Self.consoleLinesMax { try rejectConsoleLines(into: &upload) }
      return
    }
    try rejectConsoleLines(into: &upload)
    if try rejectsTextAfterQuote(into: &upload) { return }
    let cell = rows.scanner.cells[0]
    let stamp = row.extracting(row.trimmedRange(of: cell.range))
    let time: Timestamp
    do throws(LocalTimeFault) {
      time = try clock.read(stamp, at: rows.line, into: &upload)
    } catch {
      let fault = try error.ofRow()
      let detail = fault == .notATime ? "not a time such as 10/29/2017 01:59:44.562" : fault.detail
      return try upload.reject(
        line: rows.line, column: cell.column, "\(detail): \"\(LocalClock.shown(stamp))\"")
    }
    for index in header.instances.indices {
      // They are in the order of the columns: a short row costs no more than its length.
      if header.instances[index].column >= rows.scanner.cellCount { break }
      try takeCount(of: index, at: time, row, into: &upload)
    }
  }

  private static let noHeader = TelemetryError(
    .malformed, "the log has no header line",
    hint: "A performance log begins with a line such as "
      + #""(PDH-CSV 4.0)","\\PLC-07\Process(EXTRA)\Handle Count"."#, line: 1, column: 1)

  /// A console that is narrower than the header cuts it in the middle of a quoted name.
  private mutating func takeWrapped(
    _ text: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let (start, line, linesBefore) = wrapped else { return }
    wrapped = nil
    let (header, lines) = (start + text.copied(), linesBefore + 1)
    guard lines <= Self.wrappedLinesMax, header.count <= limits.lineBytesMax else {
      throw PDHHeader.openQuote(at: line)
    }
    if !text.hasOpenQuote {
      wrapped = (header, line, lines)
    } else {
      try takeHeader(header.span, at: line, into: &upload)
    }
  }

  /// Also in the middle of a file, where logs were put together.
  private mutating func takeHeader(
    _ row: Span<UInt8>, at line: Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    header = try PDHHeader(line: row, at: line, limits: limits)
    headerCount += 1
    guard headerCount <= limits.pdhHeadersMax else {
      throw TelemetryError(
        .tooLarge, "more than \(limits.pdhHeadersMax) headers in one log", line: line)
    }
    rows.scanner = RowScanner(separator: header.separator, cellsMax: header.cellCount)
    for fault in header.faults {
      try upload.reject(line: line, column: fault.column, fault.detail)
    }
    if header.hasVersionedProcesses {
      upload.witness(.hard("the counter object Process V2 came with Windows 11"))
    }
    try clock.begin(
      biasMinutes: header.biasMinutes, zone: header.zone, at: line, into: &upload)
  }

  private mutating func rejectConsoleLines(
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    for line in consoleLines { try upload.reject(line: line, "not a row of the log") }
    consoleLines.removeAll(keepingCapacity: true)
  }

  private mutating func takeCount(
    of index: Int, at time: Timestamp, _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let column = header.instances[index].column
    let handles: Int64
    switch read(row, column) {
    case .gap: return
    case .fault(let fault):
      return try upload.reject(
        line: rows.line, column: rows.scanner.cells[column].column, fault.detail)
    case .value(let value): handles = value
    }
    if let column = header.instances[index].pidColumn {
      switch read(row, column) {
      case .gap: break
      case .fault(let fault):
        return try upload.reject(
          line: rows.line, column: rows.scanner.cells[column].column, "PID: \(fault.detail)")
      case .value(let pid): header.instances[index].meet(pid: pid)
      }
    }
    let series: Int
    if let known = header.instances[index].series {
      series = known
    } else {
      series = try upload.index(of: header.instances[index].identity)
      header.instances[index].series = series
    }
    try upload.append(Sample(time: time, handles: handles), to: series)
  }

  private enum Value {
    case value(Int64)
    case gap
    case fault(FieldFault)
  }

  /// Missing values are blank or -1, whatever the tool.
  private func read(_ row: Span<UInt8>, _ column: Int) -> Value {
    guard column < min(rows.scanner.cellCount, rows.scanner.cells.count) else { return .gap }
    let text = row.extracting(row.trimmedRange(of: rows.scanner.cells[column].range))
    guard !text.isEmpty else { return .gap }
    do throws(FieldFault) {
      return .value(try Count.read(text, decimalComma: true))
    } catch {
      let isMissing =
        error == .negativeCount
        && (try? Count.read(text.extracting(1..<text.count), decimalComma: true)) == 1
      return isMissing ? .gap : .fault(error)
    }
  }
}

extension Span<UInt8> {
  /// Whether a quotation mark is opened in the line and not closed.
  fileprivate var hasOpenQuote: Bool {
    var isOpen = false
    for index in indices where self[index] == ASCII.quote { isOpen.toggle() }
    return isOpen
  }

  /// What is in the line without its carriage return, but with the blanks that a console cut behind.
  fileprivate var lineRange: Range<Int> {
    var end = count
    while end > 0, self[end - 1] == ASCII.carriageReturn { end -= 1 }
    return 0..<end
  }
}
