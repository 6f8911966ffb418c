import Bytes

/// OpenTelemetry metrics in JSON, as exporters post them to `/v1/metrics`:
///
/// ```
/// {"resourceMetrics":[{"resource":{"attributes":[
///   {"key":"host.name","value":{"stringValue":"PLC-07"}},
///   {"key":"process.pid","value":{"intValue":"212"}}]},
///  "scopeMetrics":[{"metrics":[{"name":"process.windows.handle.count","sum":{"dataPoints":[
///   {"timeUnixNano":"1700000000000000000","asInt":"812"}]}}]}]}]}
/// ```
///
/// The collector's file exporter writes such a request on each line.
///
/// Whole numbers may be strings. Members come in any order; unknown ones are skipped, as the
/// protocol demands, and so are other metrics.
struct OTLPJSONDecoder: JSONTokenDecoder {
  private let limits: TelemetryLimits
  var reader: JSONReader
  /// The objects that are open; arrays are those of their elements.
  private var places: [OTLPPlace] = []
  private var member = ""
  var skippedDepth: Int?
  var lines: JSONLines? = JSONLines()
  private var resource = OTLPResource()
  private var metric = OTLPMetric()
  private var point = OTLPPoint()
  private var attribute = OTLPAttribute()
  private var hosts = NamedHostFacts()
  private var hasResources = false

  init(limits: TelemetryLimits) {
    self.limits = limits
    reader = JSONReader(limits: JSONReader.Limits(limits, allowsMore: true))
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasResources || upload.mayBeEmpty else {
      throw TelemetryError(
        .malformed, "the object has no member \"resourceMetrics\"", line: 1, column: 1)
    }
    hosts.describe(&upload)
  }

  mutating func take(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard !places.isEmpty || token == .beginObject else {
      throw TelemetryError(
        .malformed, "the body is not an object", line: position.line, column: position.column)
    }
    switch token {
    case .key: member = String(decoding: reader.text, as: UTF8.self)
    case .beginObject, .beginArray: open(token)
    case .endArray: _ = places.popLast()
    case .endObject: try close(into: &upload)
    case .string, .number, .true, .false, .null: takeScalar(token)
    }
  }

  mutating func forget() {
    places = []
    (resource, metric) = (OTLPResource(), OTLPMetric())
  }

  private mutating func open(_ token: JSONToken) {
    let isArray = token == .beginArray
    let place: OTLPPlace? =
      switch places.last {
      case nil: .request
      case .array(let element)?: isArray ? nil : element.place
      case let parent?: parent.child(member, isArray: isArray)
      }
    guard let place, !(metric.isKnownOther && place.isOfMetric) else {
      skippedDepth = reader.depth - 1
      return
    }
    places.append(place)
    let line = position.line
    switch place {
    case .array(.resourceMetrics): hasResources = true
    case .resourceMetrics: resource = OTLPResource(line: line)
    case .metric: metric = OTLPMetric(firstPoint: resource.points.count)
    case .point: point = OTLPPoint(line: line)
    case .attribute: attribute = OTLPAttribute()
    default: break
    }
  }

  private mutating func close(into upload: inout UploadBuilder) throws(TelemetryError) {
    switch places.popLast() {
    case .resourceMetrics?: try resource.take(into: &upload, &hosts)
    case .metric?:
      if let meaning = metric.meaning {
        resource.name(from: metric.firstPoint, meaning)
      } else {
        resource.forget(from: metric.firstPoint)
      }
      if metric.isDelta { resource.reject(from: metric.firstPoint, .deltaTemporality) }
      metric = OTLPMetric()
    case .point?: try resource.append(point, limits: limits)
    case .attribute?: closeAttribute()
    default: break
    }
  }

  private mutating func closeAttribute() {
    guard let value = attribute.value else { return }
    let (key, bytesMax) = (attribute.key, limits.nameBytesMax)
    do throws(FieldFault) {
      if places.contains(.point) {
        try point.attributes.take(key.span, value.span, bytesMax: bytesMax)
      } else {
        try resource.attributes.take(key.span, value.span, bytesMax: bytesMax)
      }
    } catch {
      if places.contains(.point) { point.fault = error } else { resource.fault = error }
    }
  }

  private mutating func takeScalar(_ token: JSONToken) {
    let isScalar = token == .string || token == .number
    switch (places.last, member) {
    case (.metric?, "name"):
      let name = reader.text
      metric.name(name.span)
    case (.data?, "aggregationTemporality"):
      metric.isDelta =
        reader.text.elementsEqual("1".utf8)
        || reader.text.elementsEqual("AGGREGATION_TEMPORALITY_DELTA".utf8)
    case (.attribute?, "key") where token == .string: attribute.key = reader.text
    case (.value?, "stringValue") where token == .string,
      (.value?, "intValue") where isScalar, (.value?, "doubleValue") where isScalar:
      attribute.value = reader.text
    case (.point?, _) where isScalar:
      do throws(FieldFault) {
        try takePointMember()
      } catch {
        point.fault = error
      }
    default: break
    }
  }

  private mutating func takePointMember() throws(FieldFault) {
    let text = reader.text
    switch member {
    case "asInt", "asDouble": point.handles = try Count.read(text.span)
    case "timeUnixNano":
      guard let nanoseconds = Int64(String(decoding: text, as: UTF8.self)) else {
        throw .notNanoseconds
      }
      try point.take(nanoseconds: nanoseconds)
    case "flags":
      // The lowest bit: no recorded value.
      if let flags = try? Count.read(text.span) { point.isGap = flags & 1 == 1 }
    default: break
    }
  }
}
