/// What a content type says of the format.
struct DeclaredFormat: Sendable {
  /// What the content type is called in a refusal.
  var name: String
  /// The formats that it may be, the likeliest first; empty where it says nothing.
  var formats: [TelemetryFormat]

  /// Types that clients send without meaning them, `curl --data-binary` first of all.
  private static let meaningless: Set<String> = [
    "", "application/x-www-form-urlencoded", "application/octet-stream", "text/plain",
    "binary/octet-stream", "*/*",
  ]
  private static let delimitedTypes: Set<String> = [
    "text/csv", "application/csv", "text/x-csv", "text/comma-separated-values",
    "text/tab-separated-values", "application/vnd.ms-excel",
  ]
  private static let lineTypes: Set<String> = [
    "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
    "application/json-lines",
  ]

  init(contentType: String?) throws(TelemetryError) {
    let parts = (contentType ?? "").lowercased().filter { $0 != " " && $0 != "\t" }
      .prefix { $0 != "," }.split(separator: ";", omittingEmptySubsequences: false)
    let essence = String(parts.first ?? "")
    name = essence
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
    } else if Self.meaningless.contains(essence) {
      formats = []
    } else {
      throw TelemetryError(
        .unsupported, "no upload format has this content type", hint: FormatChoice.formatsHint)
    }
  }
}
