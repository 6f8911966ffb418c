import Telemetry
import Testing

@Suite("Telling formats apart")
struct FormatTests {
  static let json = Samples.json
  static let csv = Samples.csv
  static let pdh = Samples.pdhCSV

  @Test(
    "JSON is recognized",
    arguments: [
      "application/json", "Application/JSON; charset=UTF-8", "application/vnd.x+json",
      "application/x-www-form-urlencoded", "application/octet-stream", "text/plain", "", nil,
    ])
  func readsJSON(type: String?) {
    #expect(decode(Self.json, type).upload?.format == .json)
  }

  @Test(
    "tables are recognized",
    arguments: [
      "text/csv", "TEXT/CSV;header=present", "text/tab-separated-values", "application/csv",
      "application/vnd.ms-excel", "application/x-www-form-urlencoded", "application/octet-stream",
      "text/plain; charset=utf-8", nil,
    ])
  func readsTables(type: String?) {
    #expect(decode(Self.csv, type).upload?.format == .csv)
    #expect(decode(Self.pdh, type).upload?.format == .pdhCSV)
  }

  @Test(
    "other content types are refused",
    arguments: [
      "application/x-protobuf; proto=io.prometheus.write.v2.Request", "image/png",
      "application/xml",
      "multipart/form-data; boundary=x", "text/html", "json", "/",
    ])
  func otherTypes(type: String) {
    #expect(throws: TelemetryError.self) { try TelemetryDecoder(contentType: type) }
    let error = decode(Self.csv, type).error
    #expect(error?.kind == .unsupported)
    #expect(error?.hint != nil)
  }

  @Test(
    "a body that contradicts its content type is read as what it is",
    arguments: [
      ("application/json", csv), ("application/json", pdh), ("text/csv", json),
      ("text/tab-separated-values", json), ("application/x-protobuf", Samples.otlpJSON),
      ("application/openmetrics-text", Samples.influx), ("application/x-ndjson", Samples.psList),
    ])
  func contradictions(type: String, text: String) {
    let (declared, plain) = (decode(text, type).upload, decode(text).upload)
    #expect(declared != nil && declared == plain)
  }

  @Test(
    "bytes of no format are refused",
    arguments: [
      ([0x1F, 0x8B, 0x08, 0x00], TelemetryError.Kind.unsupported),
      ([0x7F, 0x45, 0x4C, 0x46], .unsupported),
      (Array("<html>".utf8), .unsupported),
      (Array("PK\u{3}\u{4}\u{0}".utf8), .unsupported),
      (Array("t\0i\0m\0e\0".utf8), .malformed),
      ([], .malformed), ([0xEF, 0xBB, 0xBF], .malformed), ([0xFF, 0xFE], .malformed),
      (Array(repeating: 0x20, count: 5_000), .malformed),
      (Array(repeating: 0xFF, count: 5_000), .malformed),
      (Array(repeating: 0x00, count: 5_000), .unsupported),
    ])
  func otherBytes(bytes: [UInt8], kind: TelemetryError.Kind) {
    for type in [nil, "text/csv", "application/json"] {
      let error = decode(bytes, type).error
      #expect(error != nil)
      if type == nil { #expect(error?.kind == kind, "\(error?.detail ?? "")") }
    }
  }

  @Test("an error stays")
  func anErrorStays() throws {
    var decoder = try TelemetryDecoder(contentType: "application/json")
    let text = Array(("{\"x\":01" + String(repeating: " ", count: 2_000)).utf8)
    #expect(throws: TelemetryError.self) { try decoder.feed(text.span) }
    #expect(throws: TelemetryError.self) { try decoder.feed([0x7D].span) }
    #expect(throws: TelemetryError.self) { try decoder.finish() }
  }

  @Test("the format is known as soon as it can be")
  func knowsItsFormatWhenItMay() throws {
    var decoder = try TelemetryDecoder()
    try decoder.feed(Array(Self.csv.utf8).span)
    #expect(decoder.format == nil)
    try decoder.feed(Array(repeating: UInt8(ascii: "\n"), count: 1_024).span)
    #expect(decoder.format == .csv)
    #expect(try decoder.finish().sampleCount == 1)
    #expect(throws: TelemetryError.self) { try decoder.finish() }
  }

  @Test("names are those of the answers")
  func namesAreThoseOfTheAnswers() {
    #expect(
      TelemetryFormat.allCases.map(\.rawValue) == [
        "json", "ndjson", "csv", "pdh-csv", "pdh-tsv", "performance-monitor", "powershell-csv",
        "wmic", "process-explorer", "process-list", "property-list", "get-counter",
        "counter-samples",
        "powershell-json", "handle-summary", "handle-list", "pslist", "lsof", "count-loop",
        "prometheus", "openmetrics", "prometheus-json", "grafana-csv", "influx", "influx-csv",
        "telegraf-json", "elastic", "osquery", "otlp-json", "otlp", "remote-write",
      ])
  }
}
