import Bytes
import Handles

/// What Prometheus' `/api/v1/query` and `/api/v1/query_range` answer:
///
/// ```
/// {"status":"success","data":{"resultType":"matrix","result":[
///   {"metric":{"__name__":"windows_process_handles","instance":"PLC-07:9182","process":"EXTRA"},
///    "values":[[1699257600,"812"],[1699257660,"815"]]}]}}
/// ```
///
/// Also the array of results alone, and the lines that VictoriaMetrics exports, with `values` and
/// `timestamps` side by side. A series without a name, as functions make it, is taken for a count of
/// handles.
struct PrometheusJSONDecoder: JSONTokenDecoder {
  private enum Place {
    /// Outside a result.
    case outside
    case result, metric
    /// An array of samples, or of values.
    case values
    case sample
    /// A sample by itself.
    case value
    case timestamps
  }

  private let limits: TelemetryLimits
  private let metrics = PrometheusMetrics()
  var reader: JSONReader
  var skippedDepth: Int?
  var lines: JSONLines? = JSONLines()
  private var place = Place.outside
  private var member = ""
  private var result = PrometheusResult()
  private var hasResult = false

  init(limits: TelemetryLimits) {
    self.limits = limits
    reader = JSONReader(limits: JSONReader.Limits(limits, allowsMore: true))
  }

  mutating func forget() { place = .outside }

  mutating func take(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if token == .key {
      if place == .metric {
        result.label = reader.text
      } else {
        member = String(decoding: reader.text, as: UTF8.self)
        if place == .outside, reader.depth == 1, member == "metric" {
          // An object by itself, as VictoriaMetrics exports one in each line.
          place = .result
          result = PrometheusResult(line: position.line)
        }
      }
      return
    }
    switch place {
    case .outside: takeOutside(token)
    case .result: try takeResultMember(token, into: &upload)
    case .metric:
      if token == .endObject {
        place = .result
      } else if token == .string {
        result.takeLabel(reader.text, bytesMax: limits.nameBytesMax)
      } else {
        skip(token)
      }
    case .values:
      if token == .endArray {
        place = .result
      } else if token == .beginArray {
        place = .sample
        result.beginSample()
      } else {
        result.takeValue(token, reader.text)
        try checkRoom()
      }
    case .sample, .value:
      if token == .endArray {
        result.endSample(at: position.line)
        place = place == .sample ? .values : .result
        try checkRoom()
      } else if token == .string || token == .number {
        result.takeElement(reader.text)
      } else {
        skip(token)
      }
    case .timestamps:
      if token == .endArray {
        place = .result
      } else if token == .number {
        result.takeTimestamp(reader.text)
      } else {
        skip(token)
      }
    }
  }

  private func checkRoom() throws(TelemetryError) {
    guard result.sampleCount <= limits.samplesMax else {
      throw UploadBuilder.tooManySamples(limits)
    }
  }

  /// Objects that hold a metric are results, wherever they are.
  private mutating func takeOutside(_ token: JSONToken) {
    guard token == .beginObject || token == .beginArray else { return }
    let leadsOn = reader.depth == 1 || ["data", "result"].contains(member)
    if token == .beginArray {
      if !leadsOn { skip(token) }
      return
    }
    if isResultObject {
      place = .result
      result = PrometheusResult(line: position.line)
    } else if !leadsOn {
      skip(token)
    }
  }

  /// `{"data":{"result":[{` is the fourth level, `[{` the second.
  private var isResultObject: Bool {
    member == "result" && reader.depth >= 2 || member.isEmpty && reader.depth == 2
  }

  private mutating func takeResultMember(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    switch (member, token) {
    case (_, .endObject):
      place = .outside
      // Elements of an array of results are members of the same name.
      member = reader.depth > 1 ? "result" : ""
      hasResult = true
      try result.take(into: &upload, metrics, limits)
      result = PrometheusResult()
    case ("metric", .beginObject): place = .metric
    case ("values", .beginArray): place = .values
    case ("value", .beginArray):
      place = .value
      result.beginSample()
    case ("timestamps", .beginArray): place = .timestamps
    default: skip(token)
    }
  }

  private mutating func skip(_ token: JSONToken) {
    if token == .beginObject || token == .beginArray { skippedDepth = reader.depth - 1 }
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasResult else {
      throw TelemetryError(
        .malformed, "an answer of Prometheus without a result",
        hint: "Ask for the counts of processes: query_range?query=windows_process_handles, with "
          + "start, end and step.", line: 1, column: 1)
    }
  }
}
