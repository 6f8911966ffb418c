/// What one upload may ask of memory.
public struct TelemetryLimits: Sendable, Equatable {
  /// Of one upload.
  public var seriesMax = 10_000
  /// Five million samples are 80 MB in memory, and as much again while they grow or are sorted. More
  /// don't fit into 64 MiB where times have ten digits.
  public var samplesMax = 5_000_000
  /// Of a host's, a process's or a product's name.
  public var nameBytesMax = 256
  /// Rows that are listed; the others are counted.
  public var rejectedMax = 1_000
  /// Reasons that a refusal for want of a usable row repeats.
  public var reasonsMax = 20
  /// Sentences on what was assumed.
  public var notesMax = 20
  /// Of one line, or of one row where a quoted cell holds line breaks.
  public var lineBytesMax = 8 << 20
  /// Of a CSV header.
  public var csvColumnsMax = 1_000
  /// Of a performance log's header: all counters of all processes make thousands of columns.
  public var pdhColumnsMax = 1 << 18
  /// Of one performance log: joined logs have a header each.
  public var pdhHeadersMax = 1_000
  /// Of open objects and arrays.
  public var jsonDepthMax = 64
  /// Of one JSON string or key.
  public var jsonStringBytesMax = 64 << 10
  /// Of one JSON object: its keys are kept to find duplicates.
  public var jsonMembersMax = 256
  /// Of rows in one JSON object, which wait for its end.
  public var jsonRecordsMax = 100_000
  /// Of one OpenTelemetry resource, which is a process or a host.
  public var otlpPointsMax = 100_000
  /// Of one element of a protobuf message, a resource or a series: decoded it takes up to forty times
  /// that.
  public var protobufBytesMax = 2 << 20
  /// Of one protobuf message.
  public var protobufElementsMax = 1_000_000

  /// The defaults.
  public init() {}

  /// The largest count: whole numbers up to here survive a JSON number in a browser.
  public static let countMax: Int64 = 1 << 53
  /// The bytes that decide which format it is.
  static let sniffBytes = 1_024
}
