import Bytes
import SwiftProtobuf

/// OpenTelemetry metrics in protobuf, as exporters post them to `/v1/metrics`: an
/// `ExportMetricsServiceRequest`. A rejected row's line is the number of its resource, from 1.
struct OTLPDecoder: ProtobufElementDecoder {
  static let elementName = "resource"

  private let limits: TelemetryLimits
  var fields: ProtobufFields
  private(set) var hosts = NamedHostFacts()

  init(limits: TelemetryLimits) {
    self.limits = limits
    fields = ProtobufFields(field: 1, limits: limits)
  }

  mutating func take(
    _ message: OTLPWireResourceMetrics, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var resource = OTLPResource(line: fields.count)
    do throws(FieldFault) {
      try resource.attributes.take(message.resource.attributes, limits)
    } catch {
      resource.fault = error
    }
    for metric in message.scopeMetrics.lazy.flatMap(\.metrics) {
      let name = Array(metric.name.utf8)
      guard let data = metric.data, let meaning = OTLPMetricName.meaning(of: name.span) else {
        continue
      }
      let first = resource.points.count
      let points =
        switch data {
        case .gauge(let gauge): gauge.dataPoints
        case .sum(let sum): sum.dataPoints
        }
      for point in points {
        try resource.append(OTLPPoint(point, resource.line, limits), limits: limits)
      }
      resource.name(from: first, meaning)
      if case .sum(let sum) = data, sum.aggregationTemporality == 1 {
        resource.reject(from: first, .deltaTemporality)
      }
    }
    try resource.take(into: &upload, &hosts)
  }

  /// OTLP's clients are told how many data points were rejected: those that can still be seen.
  static func rowCount(ofUndecodable resource: [UInt8], _ limits: TelemetryLimits) -> Int {
    var count = 0
    // scope_metrics, metrics, gauge and sum, data_points.
    visit(2, of: resource, limits) { scope in
      visit(2, of: scope, limits) { metric in
        var isOurs = false
        visit(1, of: metric, limits) { isOurs = OTLPMetricName.meaning(of: $0.span) != nil }
        guard isOurs else { return }
        for data: UInt64 in [5, 7] {
          visit(data, of: metric, limits) { visit(1, of: $0, limits) { _ in count += 1 } }
        }
      }
    }
    return max(1, count)
  }

  /// The values of a field, as far as the message can be read.
  private static func visit(
    _ field: UInt64, of message: [UInt8], _ limits: TelemetryLimits, _ body: ([UInt8]) -> Void
  ) {
    var fields = ProtobufFields(field: field, limits: limits)
    var position = 0
    while let value = try? fields.next(in: message.span, from: &position) { body(value) }
  }
}

extension OTLPAttributes {
  fileprivate mutating func take(
    _ attributes: [OTLPWireKeyValue], _ limits: TelemetryLimits
  ) throws(FieldFault) {
    for attribute in attributes {
      let value: String
      switch attribute.value.value {
      case .stringValue(let text)?: value = text
      case .intValue(let number)?: value = "\(number)"
      case .doubleValue(let number)?: value = "\(number)"
      case nil: continue
      }
      let (key, bytes) = (Array(attribute.key.utf8), Array(value.utf8))
      try take(key.span, bytes.span, bytesMax: limits.nameBytesMax)
    }
  }
}

extension OTLPPoint {
  fileprivate init(_ point: OTLPWireNumberDataPoint, _ line: Int, _ limits: TelemetryLimits) {
    self.init(line: line)
    isGap = point.flags & 1 == 1
    do throws(FieldFault) {
      switch point.value {
      case .asInt(let count)?: handles = try Count.read(count)
      case .asDouble(let count)?: handles = try Count.read(count)
      case nil: break
      }
      guard let nanoseconds = Int64(exactly: point.timeUnixNano) else { throw .timeOutOfRange }
      try take(nanoseconds: nanoseconds)
      try attributes.take(point.attributes, limits)
    } catch {
      fault = error
    }
  }
}
