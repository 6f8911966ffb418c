/// One reading of a process's handle count.
public struct Sample: Hashable, Sendable {
  /// When it was read.
  public var time: Timestamp
  /// Open handles at that time: a gauge, never negative.
  public var handles: Int64

  /// A reading of `handles` at `time`.
  public init(time: Timestamp, handles: Int64) {
    self.time = time
    self.handles = handles
  }
}

extension [Sample] {
  /// In order of time, the highest of those at one time.
  public var inOrder: [Sample] {
    if zip(self, dropFirst()).allSatisfy({ $0.time < $1.time }) { return self }
    var result: [Sample] = []
    result.reserveCapacity(count)
    for sample in sorted(by: { ($0.time, $1.handles) < ($1.time, $0.handles) })
    where sample.time != result.last?.time {
      result.append(sample)
    }
    return result
  }
}

/// The handle counts of one process over time, as an upload names it.
///
/// Host, process name, PID and start time together are the identity of a series.
public struct HandleSeries: Sendable, Equatable {
  /// The host's name as the upload says it; nil where the format has none.
  public var host: String?
  /// The process as the upload names it.
  public var process: String
  /// The `n` of a Performance Monitor instance `NAME#n`; 0 for the first.
  public var instance: Int
  /// Nil where the format has none.
  public var pid: Int64?
  /// When the process was started; nil where the format doesn't say.
  public var started: Timestamp?
  /// In the order of the upload; the detector sorts.
  public var samples: [Sample]
  /// How many of the handles were of registry keys, at the times when that was counted too.
  public var keys: [Sample]
  /// What is counted.
  public var resource: HandleResource
  /// The highest count that the resource allows, as the upload says; nil where it doesn't.
  public var limit: UInt64?

  /// A series of one process.
  public init(
    host: String? = nil, process: String, instance: Int = 0, pid: Int64? = nil,
    started: Timestamp? = nil, samples: [Sample] = [], keys: [Sample] = [],
    resource: HandleResource = .handles, limit: UInt64? = nil
  ) {
    self.host = host
    self.process = process
    self.instance = instance
    self.pid = pid
    self.started = started
    self.samples = samples
    self.keys = keys
    self.resource = resource
    self.limit = limit
  }
}

/// What an upload, a query or a flag says of the machine the counts come from.
public struct HostDescription: Hashable, Sendable {
  /// The host's name, where it is known.
  public var name: String?
  /// A product id such as `windows-nt-server-4.0`, as given.
  public var product: String?
  /// The level in any spelling that a host reports; nil when nothing was said.
  public var servicePack: String?

  /// A machine of which only the given facts are known.
  public init(name: String? = nil, product: String? = nil, servicePack: String? = nil) {
    self.name = name
    self.product = product
    self.servicePack = servicePack
  }
}
