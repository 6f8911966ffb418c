import Handles

/// The counters of one moment, in formats that have a row for each: which PID an instance has may come
/// before or after its count.
struct CounterBlock: Sendable {
  private var counts: [(identity: SeriesIdentity, count: Int64, line: Int)] = []
  private var pids: [SeriesIdentity: Int64] = [:]

  var isEmpty: Bool { counts.isEmpty && pids.isEmpty }

  /// Takes a counter of the moment.
  mutating func take(
    _ path: CounterPath, _ value: Int64, line: Int, limits: TelemetryLimits
  ) throws(TelemetryError) {
    let identity = SeriesIdentity(
      host: path.host, process: path.process, instance: path.instance, pid: path.pid)
    switch path.counter {
    case .processID: pids[identity] = value
    case .count(let resource):
      guard counts.count < limits.seriesMax else {
        throw TelemetryError(
          .tooLarge, "more than \(limits.seriesMax) counters at one time", line: line)
      }
      var counted = identity
      counted.resource = resource
      counts.append((counted, value, line))
    }
  }

  /// Hands the counts of the moment over.
  mutating func flush(at time: Timestamp, into upload: inout UploadBuilder) throws(TelemetryError) {
    for (counted, count, _) in counts {
      var identity = counted
      identity.resource = .handles
      var named = counted
      named.pid = counted.pid ?? pids[identity]
      let series = try upload.index(of: named)
      try upload.append(Sample(time: time, handles: count), to: series)
    }
    counts.removeAll(keepingCapacity: true)
    pids.removeAll(keepingCapacity: true)
  }
}
