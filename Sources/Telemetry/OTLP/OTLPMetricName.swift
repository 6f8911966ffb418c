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

  /// Old names last, and those that other agents' metrics have on their way through a collector.
  private static let descriptors = [
    "process.unix.file_descriptor.count", "process.open_file_descriptor.count",
    "process.open_file_descriptors", "process_open_fds", "system.process.fd.open",
    "process.open_fds", "process_files_open_files", "process.files.open",
  ]
  /// No convention names them: as exporters of their own make them from the names of the counts.
  private static let handleLimits = ["process.windows.handle.limit", "process.handles.limit"]
  private static let descriptorLimits = [
    "process.unix.file_descriptor.limit", "process.open_file_descriptor.limit",
    "process.open_file_descriptors.limit", "process.file_descriptor.limit",
    "process.rlimit.nofile", "process.rlimit_nofile", "process_max_fds", "process_files_max_files",
    "process.files.max",
  ]

  /// Nil for other metrics.
  static func meaning(of name: Span<UInt8>) -> Meaning? {
    if name.isOne(of: descriptors) { return .count(.fileDescriptors) }
    if name.isOne(of: descriptorLimits) { return .limit(.fileDescriptors) }
    if name.isOne(of: handleLimits) { return .limit(.handles) }
    return isHandleCount(name) ? .count(.handles) : nil
  }

  private static let nameBytesMax = 256

  /// `process.windows.handle.count`, `process.handles`, and what people call the counter in the
  /// configuration of the `windowsperfcounters` receiver: `process.handle.count`,
  /// `windows_process_handle_count`, `Process\Handle Count`, `Handle Count`.
  private static func isHandleCount(_ name: Span<UInt8>) -> Bool {
    guard name.count <= nameBytesMax else { return false }
    let words = name.copied().map(\.lowercased).split { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) && !byte.isDigit
    }
    let isCalled = { (text: String) in words.last?.elementsEqual(text.utf8) == true }
    let isCount =
      isCalled("handles") || isCalled("handlecount")
      || isCalled("count") && words.dropLast().last?.elementsEqual("handle".utf8) == true
    guard isCount else { return false }
    return words.count <= 2 && words.first?.starts(with: "handle".utf8) == true
      || words.contains { $0.elementsEqual("process".utf8) }
  }
}
