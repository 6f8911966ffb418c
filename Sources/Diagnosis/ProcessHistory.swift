import Handles

/// One series of an upload with what was made of it.
struct ProcessHistory {
  let series: HandleSeries
  let runs: [Run]
  var leak: Leak
  /// False if the host's log goes on for longer than a few samples after this series ends.
  let isRunning: Bool
  /// How many of its handles are of keys.
  let keyShare: KeyShare

  var first: Sample? { runs.first?.samples.first }
  var last: Sample? { runs.last?.samples.last }

  /// Whether what is counted can be opens of registry keys.
  var countsKeys: Bool { series.resource == .handles || series.resource == .registryKeyOpens }

  /// A process counts as ended if this many of its own sampling intervals pass without a sample.
  private static let silentIntervals = 3.0
  /// And at least this many hours.
  private static let silentHoursMin = 1.0 / 60

  init(_ series: HandleSeries, runs: [Run], keyShare: KeyShare, hostEnd: Timestamp?) {
    self.series = series
    self.runs = runs
    leak = LeakDetector.find(in: runs)
    self.keyShare = keyShare
    let count = runs.reduce(0) { $0 + $1.samples.count }
    guard let first = runs.first?.samples.first?.time, let last = runs.last?.samples.last?.time,
      let hostEnd, count > 1
    else {
      isRunning = true
      return
    }
    let interval = last.hours(since: first) / Double(count - 1)
    isRunning =
      hostEnd.hours(since: last) <= max(Self.silentHoursMin, Self.silentIntervals * interval)
  }
}

/// What identifies a program on a host: the kernel counts per key, so its processes add up.
struct ProgramKey: Hashable {
  let host: String?
  let process: String
}

extension ProcessHistory {
  /// Looks at every series of an upload, then at those together that are one process started again
  /// and again under new PIDs, each too short to say much alone.
  static func all(
    of series: [HandleSeries], isCancelled: @Sendable () -> Bool = { false },
    concurrently: ConcurrentMap = .sequential
  ) throws(DiagnosisError) -> [ProcessHistory] {
    let runs = try concurrently.map(series.count, isCancelled: isCancelled) {
      RunSplitter.runs(of: series[$0].samples)
    }
    let ends = Self.ends(of: series, runs: runs)
    // A step of its own, so that a series with a count of keys for every sample isn't too long a time to
    // be cancelled in.
    let shares = try concurrently.map(series.count, isCancelled: isCancelled) {
      KeyShare(keys: series[$0].keys, runs: runs[$0])
    }
    var histories = try concurrently.map(series.count, isCancelled: isCancelled) {
      ProcessHistory(
        series[$0], runs: runs[$0], keyShare: shares[$0], hostEnd: ends[series[$0].host])
    }
    var lineages: [Lineage: [Int]] = [:]
    for (index, one) in series.enumerated() where !runs[index].isEmpty {
      let key = Lineage(
        host: one.host, process: one.process, instance: one.instance, resource: one.resource)
      lineages[key, default: []].append(index)
    }
    for members in lineages.values where members.count > 1 {
      if isCancelled() { throw .cancelled }
      judgeTogether(members, in: &histories)
    }
    return histories
  }

  /// The last sample of each host.
  private static func ends(of series: [HandleSeries], runs: [[Run]]) -> [String?: Timestamp] {
    var ends: [String?: Timestamp] = [:]
    for (one, runs) in zip(series, runs) {
      guard let end = runs.last?.samples.last?.time else { continue }
      ends[one.host] = max(ends[one.host] ?? end, end)
    }
    return ends
  }

  private struct Lineage: Hashable {
    let host: String?
    let process: String
    let instance: Int
    let resource: HandleResource
  }

  private static func judgeTogether(_ members: [Int], in histories: inout [ProcessHistory]) {
    let inOrder = members.sorted { left, right in
      guard let one = histories[left].first?.time, let other = histories[right].first?.time else {
        return left < right
      }
      return (one, left) < (other, right)
    }
    let oneAfterTheOther = zip(inOrder, inOrder.dropFirst()).allSatisfy { earlier, later in
      guard let end = histories[earlier].last?.time, let start = histories[later].first?.time
      else { return false }
      return end <= start
    }
    guard oneAfterTheOther else { return }
    var together = LeakDetector.find(in: inOrder.flatMap { histories[$0].runs })
    guard together.finding == .leaking else { return }
    together.reasons.append("Judged together with the program's other runs under other PIDs.")
    for index in members {
      switch histories[index].leak.finding {
      case .insufficientData, .suspected: histories[index].leak = together
      case .leaking, .steady: break
      }
    }
  }
}
