import Bytes

/// Decides the format from the content type and the first bytes.
enum FormatChoice {
  static let formatsHint = """
    Send application/json, application/x-ndjson, text/csv for CSV and for the logs and tables of \
    Windows' tools, application/openmetrics-text, application/x-protobuf for OTLP and (with \
    Content-Encoding: snappy) for remote write 1.0, or text/plain.
    """

  static func choose(
    _ declared: DeclaredFormat, head: [UInt8]
  ) throws(TelemetryError) -> TelemetryFormat {
    if declared.isBinary, let format = declared.formats.first { return format }
    let sniffed = try sniff(head)
    // A text that is none of the others is read as CSV, which then says what it lacks.
    guard let likeliest = declared.formats.first else { return sniffed ?? .csv }
    guard let sniffed else { return likeliest }
    if declared.formats.contains(sniffed) { return sniffed }
    // The content type knows better which of two formats it is that look alike.
    if declared.formats.contains(where: { $0.contentKind == sniffed.contentKind }) {
      return likeliest
    }
    throw TelemetryError(
      .unsupported,
      "the content type says \(declared.name), but the body looks like another format",
      hint: "It looks like \(sniffed.rawValue): send it as \(sniffed.contentType).", line: 1,
      column: 1)
  }

  /// Nil where the first bytes could be anything; throws where they can't be text.
  private static func sniff(_ head: [UInt8]) throws(TelemetryError) -> TelemetryFormat? {
    guard !head.isEmpty else { throw TelemetryError(.malformed, "the upload is empty", line: 1) }
    let isText = head.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || (0x09...0x0D).contains($0) }
    guard isText else { return try refuseBinary(head) }
    let start = head.drop { $0 <= ASCII.space }
    guard let first = start.first else { return nil }
    if first == UInt8(ascii: "{") { return ofObject(Array(start)) }
    if first == UInt8(ascii: "[") { return .json }
    if first == UInt8(ascii: "<") {
      throw TelemetryError(
        .unsupported, "the upload is HTML or XML", hint: formatsHint, line: 1, column: 1)
    }
    return ofLines(start)
  }

  /// What is surest comes first: a format with a title, then one with a comment or a line of its own
  /// form, then a header, where one with times is not yet a table without, then line protocol, of
  /// which nearly any text with an equals sign could be a line.
  private static func ofLines(_ start: ArraySlice<UInt8>) -> TelemetryFormat? {
    if let format = PDHDecoder.format(ofHead: start) { return format }
    let lines = start.split(separator: ASCII.lineFeed)
      .map { line in
        // Sliced to what is not blank.
        let whole = Array(line)
        return Array(whole[whole.span.trimmedRange()])
      }
      .filter { !$0.isEmpty }
    guard let first = lines.first else { return nil }
    if PerformanceMonitorDecoder.isHead(first.span) { return .performanceMonitor }
    if ProcessTableHeader.isTypeLine(first.span) { return .exportCSV }
    if lines.contains(where: { HandleSummaryDecoder.isTitle($0.span) }) { return .handleSummary }
    if lines.contains(where: { PsListDecoder.isHeader($0.span) }) { return .psList }
    if lines.contains(where: { $0.elementsEqual("# EOF".utf8) }) { return .openMetrics }
    let isComment = { (line: [UInt8]) in line.first == PrometheusSample.comment }
    if PrometheusDecoder.isHead(first.span) { return .prometheus }
    guard let row = lines.first(where: { !isComment($0) }) else { return nil }
    if PrometheusDecoder.isHead(row.span) { return .prometheus }
    if CSVDecoder.isHead(start) { return .csv }
    if let format = ProcessTableHeader.format(ofHead: row.span) { return format }
    return InfluxDecoder.isHead(row.span) ? .influx : nil
  }

  /// By the members of the first object, as far as they are among the first bytes.
  private static func ofObject(_ head: [UInt8]) -> TelemetryFormat {
    var reader = JSONReader(head)
    var members: Set<String> = []
    var isLine = false
    while let token = try? reader.next() {
      if token == .key, reader.depth == 1 {
        members.insert(String(decoding: reader.text, as: UTF8.self))
      }
      // Something follows the object: a JSON text holds one value.
      if token == .endObject, reader.depth == 0 {
        do { _ = try reader.next() } catch { isLine = true }
        break
      }
    }
    if members.contains("series") { return .json }
    if members.contains("resourceMetrics") { return .otlpJSON }
    return isLine || !members.isDisjoint(with: ["process", "handles"]) ? .ndjson : .json
  }

  private static func refuseBinary(_ head: [UInt8]) throws(TelemetryError) -> TelemetryFormat? {
    // JSON and CSV report a stray byte in its line; a file that starts with one is no text at all.
    if let first = head.first(where: { $0 != ASCII.space }), first >= 0x20, first < 0x7F {
      return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : nil
    }
    throw TelemetryError(
      .unsupported, "the upload is not text",
      hint: "Convert a binary performance log first: relog FILE.blg -f csv -o FILE.csv. "
        + "UTF-16 needs a byte order mark.", line: 1, column: 1)
  }
}
