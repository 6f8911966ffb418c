import Bytes
import Handles

/// The metrics of OpenTelemetry that are read.
enum OTLPMetricName {
  /// What a metric says.
  enum Meaning: Sendable, Equatable {
    case count(HandleResource)
    /// How high the count may go.
    case limit(HandleResource)

    /// What is counted.
    var resource: HandleResource {
      switch self {
      case .count(let resource), .limit(let resource): resource
      }
    }

    /// What it says of the kind of system.
    var evidence: HostEvidence {
      resource == .fileDescriptors
        ? .hard("OpenTelemetry counts file descriptors of Unix processes")
        : .soft("the OpenTelemetry Collector needs a later Windows")
    }
  }

  private static let handles = ["process.windows.handle.count", "process.handles"]
  /// Old names last.
  private static let descriptors = [
    "process.unix.file_descriptor.count", "process.open_file_descriptor.count",
    "process.open_file_descriptors",
  ]
  /// No convention names them: as exporters of their own make them from the names of the counts.
  private static let handleLimits = ["process.windows.handle.limit", "process.handles.limit"]
  private static let descriptorLimits = [
    "process.unix.file_descriptor.limit", "process.open_file_descriptor.limit",
    "process.open_file_descriptors.limit", "process.file_descriptor.limit",
    "process.rlimit.nofile", "process.rlimit_nofile",
  ]

  /// Nil for other metrics.
  static func meaning(of name: Span<UInt8>) -> Meaning? {
    if name.isOne(of: handles) { return .count(.handles) }
    if name.isOne(of: descriptors) { return .count(.fileDescriptors) }
    if name.isOne(of: descriptorLimits) { return .limit(.fileDescriptors) }
    if name.isOne(of: handleLimits) { return .limit(.handles) }
    return nil
  }
}
