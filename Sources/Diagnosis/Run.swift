public import Handles

/// The samples of a process between two restarts, in order of time, no two at the same time.
public struct Run: Hashable, Sendable {
  /// At least one; a part of the series' own storage.
  public let samples: ArraySlice<Sample>
  /// The lowest count of the run: what the process holds without a leak, as far as the run shows.
  public let baseline: Int64
  /// The highest count of the run.
  public let highest: Int64

  /// Hours from the first sample to the last.
  public var hours: Double {
    guard let first = samples.first, let last = samples.last else { return 0 }
    return last.time.hours(since: first.time)
  }

  /// Handles above the baseline at the last sample.
  public var leaked: Int64 { (samples.last?.handles ?? 0) - baseline }
}

/// Cuts a series where its process was started anew.
///
/// A restart is a sudden fall that undoes most of a gradual climb. A fall after an equally sudden
/// rise is the end of a batch job or of a spike and doesn't cut.
public enum RunSplitter {
  /// A restart drops at least this many handles.
  static let dropMin: Int64 = 10
  /// And at least this many times the usual change from one sample to the next.
  static let dropToNoiseMin = 8.0
  /// And lands at most this share of the climb above the run's lowest count.
  static let landingShareMax = 0.3
  /// The climb is gradual if no single rise is more than this share of the drop.
  static let jumpShareMax = 0.5
  /// Changes looked at for the usual change: bounds the work on long series.
  static let changesMax = 4_096

  /// Runs in order of time; none for no samples. O(n), or O(n log n) for unsorted samples.
  public static func runs(of samples: [Sample]) -> [Run] {
    let samples = ordered(samples)
    guard let first = samples.first else { return [] }
    let dropMin = max(Self.dropMin, noise(samples))
    var runs: [Run] = []
    var start = 0
    var (lowest, highest, before) = (first.handles, first.handles, first.handles)
    var largestRise: Int64 = 0
    for index in samples.indices.dropFirst() {
      let now = samples[index].handles
      // Counts aren't negative, so that their difference can't overflow.
      let drop = before &- now
      defer { before = now }
      if drop >= dropMin, isRestart(from: before, to: now, lowest: lowest, rise: largestRise),
        before - lowest >= drop / 4 || index - start >= Evidence.pointsMin
      {
        runs.append(Run(samples: samples[start..<index], baseline: lowest, highest: highest))
        start = index
        (lowest, highest) = (now, now)
        largestRise = 0
        continue
      }
      lowest = min(lowest, now)
      highest = max(highest, now)
      if -drop > largestRise {
        largestRise = -drop
      } else if drop >= dropMin, Double(drop) >= jumpShareMax * Double(largestRise) {
        // The sudden rise is undone: what comes next is a climb of its own.
        largestRise = 0
      }
    }
    runs.append(Run(samples: samples[start...], baseline: lowest, highest: highest))
    return runs
  }

  /// By time, the highest count of those at one time, negative counts as 0. Shares the storage of
  /// samples that are so already.
  static func ordered(_ samples: [Sample]) -> [Sample] {
    if isOrdered(samples) { return samples }
    var sorted = samples
    for index in sorted.indices where sorted[index].handles < 0 { sorted[index].handles = 0 }
    sorted.sort { ($0.time, $0.handles) < ($1.time, $1.handles) }
    var kept = 0
    for index in sorted.indices {
      if index + 1 < sorted.count, sorted[index + 1].time == sorted[index].time { continue }
      sorted[kept] = sorted[index]
      kept += 1
    }
    sorted.removeSubrange(kept...)
    return sorted
  }

  private static func isOrdered(_ samples: [Sample]) -> Bool {
    var before = Int64.min
    for sample in samples {
      if sample.handles < 0 || sample.time.milliseconds <= before { return false }
      before = sample.time.milliseconds
    }
    return true
  }

  private static func isRestart(from: Int64, to: Int64, lowest: Int64, rise: Int64) -> Bool {
    let climb = Double(from) - Double(lowest)
    let drop = Double(from) - Double(to)
    return Double(to) - Double(lowest) <= landingShareMax * climb
      && Double(rise) <= jumpShareMax * drop
  }

  private static func noise(_ samples: [Sample]) -> Int64 {
    let stride = max(1, samples.count / changesMax)
    var changes: [Double] = []
    var index = 1
    while index < samples.count {
      changes.append(abs(Double(samples[index].handles) - Double(samples[index - 1].handles)))
      index += stride
    }
    let usual = OrderStatistics.median(rearranging: &changes) ?? 0
    return Int64(exactly: (dropToNoiseMin * usual).rounded()) ?? .max
  }
}
