import Bytes

/// Decides the format from the content type and the first bytes.
///
/// A body that is certainly of one format is read as that, whatever the content type says.
enum FormatChoice {
  static let formatsHint = """
    Send the log as it is, with Content-Type: text/plain, and its format is told from the body; or \
    application/json, application/x-ndjson, text/csv, application/openmetrics-text, \
    application/x-protobuf for OTLP and (with Content-Encoding: snappy) for remote write 1.0.
    """

  static func choose(
    _ declared: DeclaredFormat, head: [UInt8]
  ) throws(TelemetryError) -> TelemetryFormat {
    if declared.isBinary, let format = declared.formats.first {
      return textFormat(inBinary: head) ?? format
    }
    // A text that is none of the others is read as what it is declared to be, or as CSV, which then
    // says what it lacks.
    guard let sniffed = try sniff(head) else { return declared.formats.first ?? .csv }
    // OpenMetrics may come without its last line, when it is cut.
    if sniffed == .prometheus, declared.formats.first == .openMetrics { return .openMetrics }
    return sniffed
  }

  /// Protobuf begins with the number of a field and of a type; a brace is neither.
  private static func textFormat(inBinary head: [UInt8]) -> TelemetryFormat? {
    guard head.first == UInt8(ascii: "{"), isText(head) else { return nil }
    return try? sniff(head)
  }

  private static func isText(_ head: [UInt8]) -> Bool {
    head.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || (0x09...0x0D).contains($0) || $0 == 0x1A }
  }

  /// Nil where the first bytes could be anything; throws where they can't be a log.
  private static func sniff(_ head: [UInt8]) throws(TelemetryError) -> TelemetryFormat? {
    guard !head.isEmpty else {
      throw TelemetryError(
        .malformed, "the upload is empty",
        hint: "Send the bytes of a log: curl --data-binary @log.csv.",
        line: 1)
    }
    guard isText(head) else { return try refuseBinary(head) }
    let start = UploadHead(head)
    guard let first = start.start.first else { return nil }
    if first == UInt8(ascii: "<") {
      throw TelemetryError(
        .unsupported, "the upload is HTML or XML", hint: Self.markupHint, line: 1, column: 1)
    }
    for sign in FormatTable.signs where sign.matches(start) {
      switch sign.meaning {
      case .format(let format): return format
      case .unreadable(let list):
        throw TelemetryError(
          .unsupported, "this is \(list.name): \(list.missing)", hint: list.advice, line: 1,
          column: 1)
      }
    }
    return nil
  }

  private static let markupHint = """
    Send the log itself: of Performance Monitor with relog FILE.blg -f csv -o FILE.csv, of PowerShell \
    with Export-Csv or ConvertTo-Json in place of Export-Clixml.
    """

  private static func refuseBinary(_ head: [UInt8]) throws(TelemetryError) -> TelemetryFormat? {
    for (bytes, what, hint) in BinaryFile.known where head.starts(with: bytes) {
      throw TelemetryError(.unsupported, "the upload is \(what)", hint: hint, line: 1, column: 1)
    }
    // JSON and CSV report a stray byte in its line; a file that starts with one is no text at all.
    if let first = head.first(where: { $0 > ASCII.space }), first < 0x7F {
      return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .json : nil
    }
    throw TelemetryError(
      .unsupported, "the upload is not text",
      hint: "Convert a binary performance log first: relog FILE.blg -f csv -o FILE.csv.", line: 1,
      column: 1)
  }
}

/// Files that people send in place of the log in them.
private enum BinaryFile {
  static let known: [(bytes: [UInt8], what: String, hint: String)] = [
    (
      [0x1F, 0x8B], "compressed with gzip",
      "Say so with Content-Encoding: gzip, or unpack it: gunzip FILE.gz."
    ),
    (
      [0x50, 0x4B, 0x03, 0x04], "a zip archive or a spreadsheet",
      "Unpack it, or save the spreadsheet as CSV."
    ),
    (
      Array("ElfFile".utf8), "an event log",
      #"Handle counts are in performance counters: typeperf "\Process(*)\Handle Count" -o log.csv."#
    ),
    (Array("%PDF".utf8), "a PDF", "Send the log that it was made of."),
  ]
}
