/// What a content type says of the format.
enum DeclaredFormat: Sendable {
  case json
  /// CSV or a performance log: the first bytes tell.
  case delimited
  /// Nothing.
  case unknown

  /// Types that clients send without meaning them, `curl --data-binary` first of all.
  private static let meaningless: Set<String> = [
    "", "application/x-www-form-urlencoded", "application/octet-stream", "text/plain",
    "binary/octet-stream", "*/*",
  ]
  private static let delimitedTypes: Set<String> = [
    "text/csv", "application/csv", "text/x-csv", "text/comma-separated-values",
    "text/tab-separated-values", "application/vnd.ms-excel",
  ]

  init(contentType: String?) throws(TelemetryError) {
    let essence = (contentType ?? "").prefix { $0 != ";" && $0 != "," }
      .filter { $0 != " " && $0 != "\t" }.lowercased()
    if essence == "application/json" || essence == "text/json" || essence.hasSuffix("+json") {
      self = .json
    } else if Self.delimitedTypes.contains(essence) {
      self = .delimited
    } else if Self.meaningless.contains(essence) {
      self = .unknown
    } else {
      throw TelemetryError(
        .unsupported, "no upload format has this content type", hint: FormatChoice.formatsHint)
    }
  }
}

/// Decides the format from the content type and the first bytes.
enum FormatChoice {
  static let formatsHint = """
    Send application/json, or text/csv for CSV and for performance logs as typeperf, relog and \
    logman write them.
    """

  static func choose(
    _ declared: DeclaredFormat, head: [UInt8]
  ) throws(TelemetryError) -> TelemetryFormat {
    let sniffed = try sniff(head)
    switch (declared, sniffed) {
    case (.json, .pdhCSV?), (.json, .pdhTSV?), (.json, .csv?):
      throw TelemetryError(
        .unsupported, "the content type says JSON, but the body starts like a table",
        hint: "Send it as text/csv.", line: 1, column: 1)
    case (.delimited, .json?):
      throw TelemetryError(
        .unsupported, "the content type says CSV, but the body starts like JSON",
        hint: "Send it as application/json.", line: 1, column: 1)
    case (.json, _): return .json
    // A text that is none of the others is read as CSV, which then says what it lacks.
    case (_, let format): return format ?? .csv
    }
  }

  /// Nil where the first bytes could be anything; throws where they can't be text.
  private static func sniff(_ head: [UInt8]) throws(TelemetryError) -> TelemetryFormat? {
    guard !head.isEmpty else { throw TelemetryError(.malformed, "the upload is empty", line: 1) }
    let isText = head.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || (0x09...0x0D).contains($0) }
    guard isText else { return try refuseBinary(head) }
    let start = head.drop { $0 <= ASCII.space }
    guard let first = start.first else { return nil }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .json }
    if let format = PDHDecoder.format(ofHead: start) { return format }
    if first == UInt8(ascii: "<") {
      throw TelemetryError(
        .unsupported, "the upload is HTML or XML", hint: formatsHint, line: 1, column: 1)
    }
    return CSVDecoder.isHead(start) ? .csv : nil
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
