import Bytes
import Handles

/// What OpenTelemetry's attributes say of a process; those of a point come before those of its
/// resource.
struct OTLPAttributes: Sendable {
  var host: String?
  var pid: Int64?
  var product: [UInt8]?
  var servicePack: [UInt8]?
  private var executable: String?
  private var name: String?
  /// The label of exporters that were scraped.
  private var label: String?
  /// The instance of a performance counter.
  private var counterInstance: String?
  private(set) var instance = 0
  /// Whether the instance stands for all processes, or for none.
  private(set) var isNoProcess = false
  private var service: String?

  var process: String? { executable ?? name ?? label ?? counterInstance ?? service }

  /// Takes an attribute whose value is a text or a number.
  mutating func take(
    _ key: Span<UInt8>, _ value: Span<UInt8>, bytesMax: Int
  ) throws(FieldFault) {
    func name() throws(FieldFault) -> String? {
      try Name.readOptional(value, bytesMax: bytesMax)
    }
    if key.isOne(of: ["process.pid", "process_id"]) {
      pid = try Count.read(value)
    } else if key.isOne(of: ["process.executable.name"]) {
      executable = try name()
    } else if key.isOne(of: ["process.name"]) {
      self.name = try name()
    } else if key.isOne(of: ["process"]) {
      label = try name()
    } else if key.isOne(of: ["instance"]) {
      var range = 0..<value.count
      if let (rest, number) = InstanceName.split(value, at: InstanceName.mark) {
        (range, instance) = (rest, number)
      }
      isNoProcess = InstanceName.isNoProcess(value.extracting(range))
      counterInstance = try Name.readOptional(value.extracting(range), bytesMax: bytesMax)
    } else if key.isOne(of: ["service.name"]) {
      service = try name()
    } else if key.isOne(of: ["host.name"]) {
      host = try name()
    } else if key.isOne(of: ["fixlevel.product"]) {
      product = value.copied()
    } else if key.isOne(of: ["fixlevel.service_pack"]) {
      servicePack = value.copied()
    }
  }
}

/// One reading of a metric.
struct OTLPPoint: Sendable {
  var line = 1
  var attributes = OTLPAttributes()
  var time: Timestamp?
  var handles: Int64?
  /// Whether it says that there was nothing to read.
  var isGap = false
  var fault: FieldFault?
  /// What it is a reading of.
  var metric = OTLPMetricName.Meaning.count(.handles)

  /// Nanoseconds since 1970; 0 stands for unknown.
  mutating func take(nanoseconds: Int64) throws(FieldFault) {
    guard let time = Timestamp(milliseconds: nanoseconds / 1_000_000) else {
      throw .timeOutOfRange
    }
    self.time = nanoseconds == 0 ? nil : time
  }
}

/// The metrics of one resource, which is a process or a host, until all of it is known.
struct OTLPResource: Sendable {
  var line = 1
  var attributes = OTLPAttributes()
  var fault: FieldFault?
  private(set) var points: [OTLPPoint] = []

  mutating func append(_ point: OTLPPoint, limits: TelemetryLimits) throws(TelemetryError) {
    guard points.count < limits.otlpPointsMax else {
      throw TelemetryError(
        .tooLarge, "more than \(limits.otlpPointsMax) data points of one resource",
        line: point.line)
    }
    points.append(point)
  }

  /// Forgets the points from `index` on, which turned out to be of another metric.
  mutating func forget(from index: Int) { points.removeSubrange(min(index, points.count)...) }

  /// Says what the points from `index` on are readings of.
  mutating func name(from index: Int, _ metric: OTLPMetricName.Meaning) {
    for point in points.indices.dropFirst(index) { points[point].metric = metric }
  }

  /// Rejects the points from `index` on.
  mutating func reject(from index: Int, _ fault: FieldFault) {
    for point in points.indices.dropFirst(index) { points[point].fault = fault }
  }

  /// Hands everything over.
  func take(
    into upload: inout UploadBuilder, _ hosts: inout NamedHostFacts
  ) throws(TelemetryError) {
    guard !points.isEmpty else { return }
    if let fault {
      return try upload.reject(line: line, count: points.count, "the resource: \(fault.detail)")
    }
    var facts = HostFacts()
    do throws(FieldFault) {
      let bytesMax = upload.limits.nameBytesMax
      if let product = attributes.product {
        try facts.product.take(product.span, bytesMax: bytesMax)
      }
      if let servicePack = attributes.servicePack {
        try facts.servicePack.take(servicePack.span, bytesMax: bytesMax, blank: "")
      }
    } catch {
      try upload.reject(line: line, "the resource: \(error.detail)")
    }
    try hosts.take(facts, of: attributes.host, upload.limits)
    for point in points where !point.isGap { try take(point, into: &upload) }
  }

  private func take(
    _ point: OTLPPoint, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if let fault = point.fault { return try upload.reject(line: point.line, fault.detail) }
    guard let handles = point.handles else {
      return try upload.reject(line: point.line, "a data point without a value")
    }
    if point.attributes.isNoProcess { return }
    guard let process = point.attributes.process ?? attributes.process else {
      return try upload.reject(
        line: point.line, "no attribute names the process (process.executable.name)")
    }
    let series = try upload.index(
      of: SeriesIdentity(
        host: point.attributes.host ?? attributes.host, process: process,
        instance: point.attributes.instance, pid: point.attributes.pid ?? attributes.pid,
        resource: point.metric.resource))
    if case .limit = point.metric {
      return upload.setLimit(UInt64(handles), of: series)
    }
    upload.witness(point.metric.evidence)
    let time = if let time = point.time { time } else { try upload.timeOfReceipt() }
    try upload.append(Sample(time: time, handles: handles), to: series)
  }
}
