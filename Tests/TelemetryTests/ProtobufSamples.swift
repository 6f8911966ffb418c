import Telemetry

/// Small messages, written field by field.
enum ProtobufSamples {
  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: rest)]
  }

  static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  static func field(_ number: UInt64, varint value: Int64) -> [UInt8] {
    varint(number << 3) + varint(UInt64(bitPattern: value))
  }

  static func field(_ number: UInt64, fixed value: UInt64) -> [UInt8] {
    varint(number << 3 | 1)
      + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  // Remote write

  static func label(_ name: String, _ value: String) -> [UInt8] {
    field(1, field(1, name) + field(2, value))
  }

  static func sample(_ value: Double, _ milliseconds: Int64) -> [UInt8] {
    field(2, field(1, fixed: value.bitPattern) + field(2, varint: milliseconds))
  }

  static let identity =
    label("instance", "PLC-07:9182") + label("process", "EXTRA") + label("process_id", "212")

  static let remoteWrite =
    field(
      1,
      label("__name__", "windows_process_handles") + identity
        + sample(812, 1_700_000_000_000)
        // The mark of a stale series.
        + sample(Double(bitPattern: 0x7FF0_0000_0000_0002), 1_700_000_060_000)
        + sample(815, 1_700_000_120_000))
    + field(1, label("__name__", "up") + sample(0.5, 1_700_000_000_000))
    // Metadata.
    + field(3, field(1, varint: 2) + field(2, "up"))

  // OTLP

  static func attribute(_ key: String, _ value: [UInt8]) -> [UInt8] {
    field(1, key) + field(2, value)
  }

  static func point(_ nanoseconds: UInt64, _ value: [UInt8]) -> [UInt8] {
    field(1, field(3, fixed: nanoseconds) + value)
  }

  static func metric(_ name: String, sum: [UInt8]) -> [UInt8] {
    field(2, field(1, name) + field(3, "{handle}") + field(7, sum))
  }

  static func otlp(_ metrics: [UInt8]) -> [UInt8] {
    let attributes =
      field(1, attribute("host.name", field(1, "PLC-07")))
      + field(1, attribute("process.executable.name", field(1, "EXTRA")))
      + field(1, attribute("process.pid", field(3, varint: 212)))
    return field(1, field(1, attributes) + field(2, field(1, field(1, "scope")) + metrics))
  }

  static let otlp = otlp(
    metric(
      "process.windows.handle.count",
      sum: point(1_700_000_000_000_000_000, field(6, fixed: 812))
        + point(1_700_000_060_000_000_000, field(4, fixed: 815.0.bitPattern))
        + point(1_700_000_120_000_000_000, field(8, varint: 1)) + field(2, varint: 2))
      + metric("process.cpu.time", sum: point(0, field(4, fixed: 0.5.bitPattern))))

  static let all: [(format: TelemetryFormat, bytes: [UInt8])] = [
    (.otlp, otlp), (.remoteWrite, remoteWrite),
  ]
}
