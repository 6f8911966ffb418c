import Bytes
import Handles

/// One series of an answer, until all of it is known: labels may come behind the samples.
struct PrometheusResult: Sendable {
  var line = 1
  /// The label whose value comes next.
  var label: [UInt8] = []
  private var name: [UInt8] = []
  private var labels = SeriesLabels()
  private var fault: FieldFault?
  private var samples: [(time: Timestamp, count: Int64)] = []
  private var faults: [(line: Int, fault: FieldFault)] = []
  private var faultCount = 0
  private static let faultsMax = 100
  /// The elements of the sample that is being read.
  private var time: Timestamp?
  private var value: [UInt8]?
  /// Where values and times come apart.
  private var values: [Int64?] = []
  private var timestamps: [Timestamp] = []

  init(line: Int = 1) { self.line = line }

  var sampleCount: Int { samples.count + max(values.count, timestamps.count) }

  mutating func takeLabel(_ text: [UInt8], bytesMax: Int) {
    if label.elementsEqual("__name__".utf8) {
      name = text
      return
    }
    let label = self.label
    do throws(FieldFault) {
      try labels.take(label.span, text.span, bytesMax: bytesMax)
    } catch {
      fault = error
    }
  }

  mutating func beginSample() { (time, value) = (nil, nil) }

  mutating func takeElement(_ text: [UInt8]) {
    if time == nil {
      var times = TimeReader()
      time = try? times.read(text.span)
    } else {
      value = text
    }
  }

  mutating func endSample(at line: Int) {
    do throws(FieldFault) {
      guard let time, let value else { throw .notATime }
      if let count = try Self.count(value) { samples.append((time, count)) }
    } catch {
      faultCount += 1
      if faults.count < Self.faultsMax { faults.append((line, error)) }
    }
  }

  /// One of an array of values alone.
  mutating func takeValue(_ token: JSONToken, _ text: [UInt8]) {
    guard token == .number || token == .string || token == .null else { return }
    values.append(token == .null ? nil : (try? Self.count(text)) ?? nil)
  }

  mutating func takeTimestamp(_ text: [UInt8]) {
    var times = TimeReader()
    if let time = try? times.read(text.span) { timestamps.append(time) }
  }

  /// Nil for a gap.
  private static func count(_ text: [UInt8]) throws(FieldFault) -> Int64? {
    if text.span.isOne(of: ["nan"]) { return nil }
    return try Count.read(text.span)
  }

  /// Hands everything over.
  func take(
    into upload: inout UploadBuilder, _ metrics: PrometheusMetrics, _ limits: TelemetryLimits
  ) throws(TelemetryError) {
    let known = metrics.metric(named: name.span)
    guard let meaning = known ?? (name.isEmpty ? .ownCount(.handles) : nil), meaning != .host else {
      return
    }
    let identity: SeriesIdentity
    do throws(FieldFault) {
      if let fault { throw fault }
      guard let found = try labels.identity(of: meaning) else { return }
      identity = found
    } catch {
      return try upload.reject(line: line, count: max(1, sampleCount), error.detail)
    }
    for (line, fault) in faults { try upload.reject(line: line, fault.detail) }
    if faultCount > faults.count {
      try upload.reject(line: line, count: faultCount - faults.count, "samples that are no counts")
    }
    let series = try upload.index(of: identity)
    if meaning.isLimit {
      return upload.setLimit(samples.last.map { UInt64($0.count) }, of: series)
    }
    if let fact = metrics.evidence(named: name.span) { upload.witness(fact) }
    for (time, count) in samples {
      try upload.append(Sample(time: time, handles: count), to: series)
    }
    for (time, count) in zip(timestamps, values) {
      if let count { try upload.append(Sample(time: time, handles: count), to: series) }
    }
  }
}
