import Bytes
import Handles

/// `{"host":{…},"series":[{"process":"EXTRA","samples":[["1999-03-01T08:00:00Z",812],…]}]}`
///
/// Members may come in any order; those with unknown names are skipped.
struct JSONUploadDecoder: JSONTokenDecoder {
  private enum Place {
    case start, upload, host, seriesList, series, samples, sample, end
  }

  private let limits: TelemetryLimits
  var reader: JSONReader
  private var place = Place.start
  /// The key whose value comes next.
  private var member = ""
  var skippedDepth: Int?
  var lines: JSONLines?
  private var hasSeries = false
  private var series = PendingSeries()
  private var sample = PendingSample()
  private var times = TimeReader()

  init(limits: TelemetryLimits) {
    self.limits = limits
    reader = JSONReader(limits: JSONReader.Limits(limits))
  }

  mutating func use(_ options: UploadOptions) { times = TimeReader(zone: options.zone) }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasSeries else {
      throw TelemetryError(
        .malformed, "the object has no member \"series\"", hint: Self.hint, line: 1, column: 1)
    }
    times.report(&upload)
  }

  private static let hint = """
    {"host":{"name":"PLC-07"},"series":[{"process":"EXTRA","pid":212,\
    "samples":[["1999-03-01T08:00:00Z",812]]}]}
    """

  mutating func take(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if token == .key {
      member = String(decoding: reader.text, as: UTF8.self)
      return
    }
    switch place {
    case .start:
      guard token == .beginObject else { throw refusal("an upload is a JSON object") }
      place = .upload
    case .upload: try takeUploadMember(token, into: &upload)
    case .host:
      if token == .endObject {
        place = .upload
      } else {
        try takeHostMember(token, into: &upload)
      }
    case .seriesList:
      if token == .endArray {
        place = .upload
      } else if token == .beginObject {
        series = PendingSeries(position: reader.position)
        place = .series
      } else {
        try reject("a series is a JSON object", into: &upload)
        skip(token)
      }
    case .series: try takeSeriesMember(token, into: &upload)
    case .samples:
      if token == .endArray {
        place = .series
      } else if token == .beginArray {
        sample = PendingSample(position: reader.position)
        place = .sample
      } else {
        try reject("a sample is an array of a time and a count", into: &upload)
        skip(token)
      }
    case .sample: try takeSampleElement(token, into: &upload)
    case .end: break
    }
  }

  private mutating func takeUploadMember(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    switch (member, token) {
    case (_, .endObject): place = .end
    case ("host", .beginObject): place = .host
    case ("host", .string):
      member = "name"
      try takeHostMember(token, into: &upload)
    case ("host", .null): break
    case ("host", _): throw refusal("\"host\" is an object or a name", hint: Self.hint)
    case ("series", .beginArray):
      hasSeries = true
      place = .seriesList
    case ("series", _): throw refusal("\"series\" is an array", hint: Self.hint)
    default: skip(token)
    }
  }

  private mutating func takeHostMember(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard ["name", "product", "service_pack"].contains(member) else { return skip(token) }
    // A level may be the bare number of a service pack.
    let isText = token == .string || (token == .number && member == "service_pack")
    guard isText || token == .null else {
      throw refusal("the host's \"\(member)\" is a string")
    }
    guard isText else { return }
    do throws(FieldFault) {
      let text = try Name.readOptional(reader.text.span, bytesMax: limits.nameBytesMax)
      switch member {
      case "name": upload.host.name = text
      case "product": upload.host.product = text
      // Empty is what a host without a service pack reports.
      default: upload.host.servicePack = text ?? ""
      }
    } catch {
      try reject("the host's \"\(member)\": \(error.detail)", into: &upload)
    }
  }

  private mutating func takeSeriesMember(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    switch (member, token) {
    case (_, .endObject): try endSeries(into: &upload)
    case ("samples", .beginArray): place = .samples
    case ("samples", _):
      try rejectSeries("\"samples\" is an array", into: &upload)
      skip(token)
    case (_, .null): break
    default:
      do throws(FieldFault) {
        guard
          try series.take(
            member, token, reader.text, nameBytesMax: limits.nameBytesMax, times: &times)
        else { return skip(token) }
      } catch {
        try rejectSeries("\"\(member)\": \(error.detail)", into: &upload)
        skip(token)
      }
    }
  }

  private mutating func takeSampleElement(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if token == .endArray {
      place = .samples
      if sample.isFaulty { return }
      guard sample.count == 2, let time = sample.time, let handles = sample.handles else {
        return try reject(
          "a sample is an array of a time and a count", at: sample.position, into: &upload)
      }
      guard series.samples.count < limits.samplesMax else {
        throw UploadBuilder.tooManySamples(limits)
      }
      if !series.isFaulty { series.samples.append(Sample(time: time, handles: handles)) }
      return
    }
    if !sample.isFaulty {
      do throws(FieldFault) {
        try sample.take(token, reader.text, times: &times)
      } catch {
        sample.isFaulty = true
        try reject(error.detail, into: &upload)
      }
    }
    skip(token)
  }

  private mutating func endSeries(into upload: inout UploadBuilder) throws(TelemetryError) {
    place = .seriesList
    if series.isFaulty { return }
    guard let identity = series.identity else {
      return try reject("a series without \"process\"", at: series.position, into: &upload)
    }
    guard !series.samples.isEmpty else { return }
    let index = try upload.index(of: identity)
    if let limit = series.limit { upload.setLimit(limit, of: index) }
    try upload.append(contentsOf: series.samples, to: index)
    series = PendingSeries()
  }

  /// Skips the value that `token` begins, if it begins one.
  private mutating func skip(_ token: JSONToken) {
    if token == .beginObject || token == .beginArray { skippedDepth = reader.depth - 1 }
  }

  private mutating func rejectSeries(
    _ detail: String, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if !series.isFaulty { try reject(detail, into: &upload) }
    series.isFaulty = true
    series.samples = []
  }

  private func reject(
    _ detail: String, at position: JSONPosition? = nil, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let position = position ?? reader.position
    try upload.reject(line: position.line, column: position.column, detail)
  }

  private func refusal(_ detail: String, hint: String? = nil) -> TelemetryError {
    TelemetryError(
      .malformed, detail, hint: hint, line: reader.position.line, column: reader.position.column)
  }
}
