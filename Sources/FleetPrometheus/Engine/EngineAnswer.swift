import Bytes
import Telemetry

/// A series of an answer: its labels, and the samples that were asked for.
struct EngineSeries: Sendable, Equatable {
  var labels: [String: String] = [:]
  var samples: [EngineSample] = []
}

/// A sample as the engine has it: NaN and the infinities are values too.
struct EngineSample: Hashable, Sendable {
  /// Milliseconds since 1970.
  var time: Int64
  var value: Double
}

/// Reads the answers of Prometheus's HTTP API, `{"status":"success","data":…}`, token by token: a
/// member that isn't known is passed over, a known one of a wrong type refuses the answer.
struct EngineAnswer {
  private static let limits: JSONReader.Limits = {
    var limits = JSONReader.Limits()
    limits.depthMax = 16
    return limits
  }()

  private var reader: JSONReader

  private init(_ body: [UInt8]) { reader = JSONReader(body, limits: Self.limits) }

  /// The values of a label.
  static func strings(_ body: [UInt8]) throws(EngineFailure) -> [String] {
    try read(body) { answer throws(EngineFailure) in
      try answer.array { token, answer throws(EngineFailure) in
        try answer.string(token)
      }
    }
  }

  /// The labels of series.
  static func labelSets(_ body: [UInt8]) throws(EngineFailure) -> [[String: String]] {
    try read(body) { answer throws(EngineFailure) in
      try answer.array { token, answer throws(EngineFailure) in
        try answer.labels(token)
      }
    }
  }

  /// The series of a query whose result is a matrix or a vector.
  static func series(_ body: [UInt8]) throws(EngineFailure) -> [EngineSeries] {
    try read(body) { answer throws(EngineFailure) in
      var series: [EngineSeries]?
      try answer.expect(.beginObject)
      try answer.members { name, answer throws(EngineFailure) in
        switch name {
        case "resultType":
          let type = try answer.string(try answer.token())
          guard type == "matrix" || type == "vector" else { throw Self.wrong("a result of type") }
        case "result":
          series = try answer.array { token, answer throws(EngineFailure) in
            try answer.oneSeries(token)
          }
        default: try answer.skip()
        }
      }
      guard let series else { throw Self.wrong("no result in it") }
      return series
    }
  }

  /// The answer's `data`, if it is a success and JSON to its end.
  private static func read<Value>(
    _ body: [UInt8], data read: (inout EngineAnswer) throws(EngineFailure) -> Value
  ) throws(EngineFailure) -> Value {
    var answer = EngineAnswer(body)
    var (status, data): (String?, Value?)
    try answer.expect(.beginObject)
    try answer.members { name, answer throws(EngineFailure) in
      switch name {
      case "status": status = try answer.string(try answer.token())
      case "data": data = try read(&answer)
      default: try answer.skip()
      }
    }
    guard try answer.next() == nil else { throw wrong("something behind its end") }
    guard status == "success", let data else { throw wrong("no success in it") }
    return data
  }

  private mutating func oneSeries(_ token: JSONToken) throws(EngineFailure) -> EngineSeries {
    guard token == .beginObject else { throw Self.wrong("no object where a series should be") }
    var series = EngineSeries()
    try members { name, answer throws(EngineFailure) in
      switch name {
      case "metric": series.labels = try answer.labels(try answer.token())
      case "value": series.samples = [try answer.sample(try answer.token())]
      case "values":
        series.samples = try answer.array { token, answer throws(EngineFailure) in
          try answer.sample(token)
        }
      default: try answer.skip()
      }
    }
    return series
  }

  /// `[1700000000.123,"812"]`
  private mutating func sample(_ token: JSONToken) throws(EngineFailure) -> EngineSample {
    guard token == .beginArray else { throw Self.wrong("no array where a sample should be") }
    try expect(.number)
    guard let seconds = Double(String(decoding: reader.text, as: UTF8.self)),
      let time = Int64(exactly: (seconds * 1_000).rounded())
    else { throw Self.wrong("a time that is none") }
    try expect(.string)
    guard let value = Self.value(reader.text) else { throw Self.wrong("a value that is no number") }
    try expect(.endArray)
    return EngineSample(time: time, value: value)
  }

  /// Counts are mostly short whole numbers, which need no general reader.
  private static func value(_ text: [UInt8]) -> Double? {
    guard (1...15).contains(text.count) else {
      return Double(String(decoding: text, as: UTF8.self))
    }
    var value: Int64 = 0
    for byte in text {
      guard (48...57).contains(byte) else {
        return Double(String(decoding: text, as: UTF8.self))
      }
      value = value * 10 + Int64(byte - 48)
    }
    return Double(value)
  }

  private mutating func labels(_ token: JSONToken) throws(EngineFailure) -> [String: String] {
    guard token == .beginObject else { throw Self.wrong("no object where labels should be") }
    var labels: [String: String] = [:]
    try members { name, answer throws(EngineFailure) in
      labels[name] = try answer.string(try answer.token())
    }
    return labels
  }

  // MARK: Tokens

  /// Reads the members of the object that was begun; `body` takes the value of each.
  private mutating func members(
    _ body: (String, inout EngineAnswer) throws(EngineFailure) -> Void
  ) throws(EngineFailure) {
    while true {
      switch try token() {
      case .endObject: return
      case .key: try body(String(decoding: reader.text, as: UTF8.self), &self)
      default: throw Self.wrong("no key where one should be")
      }
    }
  }

  /// Reads an array; `body` takes an element whose first token was read.
  private mutating func array<Element>(
    _ body: (JSONToken, inout EngineAnswer) throws(EngineFailure) -> Element
  ) throws(EngineFailure) -> [Element] {
    switch try token() {
    case .beginArray: break
    // Some engines answer null for an empty list.
    case .null: return []
    default: throw Self.wrong("no array where one should be")
    }
    var elements: [Element] = []
    while true {
      let token = try token()
      if token == .endArray { return elements }
      elements.append(try body(token, &self))
    }
  }

  private mutating func string(_ token: JSONToken) throws(EngineFailure) -> String {
    guard token == .string else { throw Self.wrong("no text where one should be") }
    return String(decoding: reader.text, as: UTF8.self)
  }

  private mutating func expect(_ expected: JSONToken) throws(EngineFailure) {
    guard try token() == expected else { throw Self.wrong("another value than expected") }
  }

  /// Passes over one value.
  private mutating func skip() throws(EngineFailure) {
    let depth = reader.depth
    repeat { _ = try token() } while reader.depth > depth
  }

  private mutating func token() throws(EngineFailure) -> JSONToken {
    guard let token = try next() else { throw Self.wrong("its end missing") }
    return token
  }

  private mutating func next() throws(EngineFailure) -> JSONToken? {
    do throws(JSONError) {
      return try reader.next()
    } catch {
      throw .malformed(
        "the answer is not JSON: line \(error.line), column \(error.column): \(error.detail)")
    }
  }

  private static func wrong(_ what: String) -> EngineFailure {
    .malformed("the answer is not of Prometheus's API: it has \(what)")
  }
}
