/// What a content type says of the format: it decides where the body could be anything.
struct DeclaredFormat: Sendable {
  /// The formats that it may be, the likeliest first; empty where it says nothing.
  var formats: [TelemetryFormat]

  /// Whether the body is no text.
  var isBinary: Bool { formats.first?.isBinary == true }

  /// Types that clients send without meaning them, `curl --data-binary` first of all.
  private static let meaningless: Set<String> = [
    "", "application/x-www-form-urlencoded", "application/octet-stream", "text/plain",
    "binary/octet-stream", "*/*",
  ]
  private static let delimitedTypes: Set<String> = [
    "text/csv", "application/csv", "text/x-csv", "text/comma-separated-values",
    "text/tab-separated-values", "application/vnd.ms-excel",
  ]
  private static let protobufTypes: Set<String> = [
    "application/x-protobuf", "application/protobuf",
  ]
  private static let lineTypes: Set<String> = [
    "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
    "application/json-lines",
  ]

  /// Nothing else than this.
  init(_ format: TelemetryFormat) {
    formats = [format]
  }

  init(contentType: String?) throws(TelemetryError) {
    let parts = (contentType ?? "").lowercased().filter { $0 != " " && $0 != "\t" }
      .prefix { $0 != "," }.split(separator: ";", omittingEmptySubsequences: false)
    let essence = String(parts.first ?? "")
    if essence == "application/json" || essence == "text/json" || essence.hasSuffix("+json") {
      formats = [.json, .ndjson, .otlpJSON]
    } else if Self.lineTypes.contains(essence) {
      formats = [.ndjson]
    } else if Self.delimitedTypes.contains(essence) {
      formats = [.csv, .pdhCSV, .pdhTSV, .performanceMonitor, .exportCSV, .wmic]
    } else if essence == "application/openmetrics-text" {
      formats = [.openMetrics]
    } else if essence == "text/plain", parts.contains("version=0.0.4") {
      formats = [.prometheus, .openMetrics]
    } else if Self.protobufTypes.contains(essence) {
      formats = [try Self.protobuf(parts.dropFirst())]
    } else if Self.meaningless.contains(essence) || Self.isOtherText(essence) {
      formats = []
    } else {
      throw TelemetryError(
        .unsupported, "no upload format has this content type", hint: FormatChoice.formatsHint)
    }
  }

  /// A text of a kind that says nothing, such as `text/x-log`; a page is none.
  private static func isOtherText(_ essence: String) -> Bool {
    essence.hasPrefix("text/") && !["text/html", "text/xml"].contains(essence)
  }

  /// The message is a parameter in remote write 2.0, and OTLP's where there is none.
  private static func protobuf(
    _ parameters: ArraySlice<Substring>
  ) throws(TelemetryError) -> TelemetryFormat {
    let message = parameters.first { $0.hasPrefix("proto=") }?.dropFirst("proto=".count)
    switch message {
    case nil: return .otlp
    case "prometheus.writerequest"?: return .remoteWrite
    default:
      throw TelemetryError(
        .unsupported, "no upload format has this protobuf message",
        hint: "prometheus.WriteRequest, which is remote write 1.0, is understood.")
    }
  }
}
