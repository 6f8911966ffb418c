import SwiftProtobuf

/// A `WriteRequest` of Prometheus remote write 1.0 in the making, without its compression.
public struct RemoteWriteRequest: Sendable {
  /// Field 1, which holds bytes.
  private static let seriesTag: UInt8 = 1 << 3 | 2

  /// The request so far.
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Adds samples of one series: times are milliseconds since 1970, in order. Labels without a value
  /// are left out, as if they weren't there.
  ///
  /// - Throws: What SwiftProtobuf throws for a message of more than 2 GiB.
  public mutating func append(
    labels: [String: String], samples: some Sequence<(time: Int64, value: Double)>
  ) throws {
    var series = RemoteWriteTimeSeries()
    // The specification wants them in the order of their names.
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
      var label = RemoteWriteLabel()
      label.name = name
      label.value = value
      series.labels.append(label)
    }
    series.samples = samples.map { sample in
      var message = RemoteWriteSample()
      message.timestamp = sample.time
      message.value = sample.value
      return message
    }
    let element: [UInt8] = try series.serializedBytes()
    bytes.append(Self.seriesTag)
    append(varint: UInt64(element.count))
    bytes += element
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
