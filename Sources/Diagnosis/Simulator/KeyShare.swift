import Handles

/// The share of registry keys in the handles of one process.
///
/// A count of all handles doesn't say it: then all of them count as keys, which is the worst case.
/// Where a log counts keys too, the share at a time is that of the nearest such count.
struct KeyShare {
  private struct Known {
    var time: Timestamp
    var share: Double
  }

  /// In order of time.
  private let known: [Known]
  /// The largest of all.
  let largest: Double

  /// Whether the log counts keys.
  var isKnown: Bool { !known.isEmpty }

  /// From counts of keys and the runs of all handles; a count without a sample beside it says nothing.
  init(keys: [Sample], runs: [Run]) {
    var place = 0
    // In order of time the runs are gone through once: there can be as many of them as counts of keys.
    known = keys.sorted { ($0.time, $0.handles) < ($1.time, $1.handles) }.compactMap { sample in
      while place + 1 < runs.count, let next = runs[place + 1].samples.first,
        next.time <= sample.time
      {
        place += 1
      }
      guard let total = Self.handles(at: sample.time, in: runs[place...].prefix(2)), total > 0
      else {
        return nil
      }
      let share = Double(max(0, sample.handles)) / Double(total)
      return Known(time: sample.time, share: min(1, share))
    }
    largest = known.lazy.map(\.share).max() ?? 1
  }

  /// 0 to 1.
  func share(at time: Timestamp) -> Double {
    guard !known.isEmpty else { return 1 }
    return known[Self.nearest(time, among: known.count) { known[$0].time }].share
  }

  /// How many of these handles are of keys, rounded up.
  @inline(__always)
  func keys(of handles: Int64, at time: Timestamp) -> Int64 {
    guard !known.isEmpty else { return handles }
    return Self.scaled(handles, by: share(at: time))
  }

  /// At most so many of these handles are of keys, whenever it was.
  func keysMax(of handles: Int64) -> Int64 { Self.scaled(handles, by: largest) }

  private static func scaled(_ handles: Int64, by share: Double) -> Int64 {
    Int64(exactly: (Double(handles) * share).rounded(.up)) ?? handles
  }

  private static func handles(at time: Timestamp, in runs: ArraySlice<Run>) -> Int64? {
    let candidates = runs.compactMap { run -> Sample? in
      guard let start = run.samples.indices.first else { return nil }
      let samples = run.samples
      return samples[start + nearest(time, among: samples.count) { samples[start + $0].time }]
    }
    return candidates.min { distance($0.time, time) < distance($1.time, time) }?.handles
  }

  /// The place of the time that is nearest, of ascending ones; of two the earlier.
  private static func nearest(
    _ time: Timestamp, among count: Int, at place: (Int) -> Timestamp
  ) -> Int {
    var (low, high) = (0, count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if place(middle) <= time { low = middle } else { high = middle }
    }
    return distance(place(low), time) <= distance(place(high), time) ? low : high
  }

  private static func distance(_ one: Timestamp, _ other: Timestamp) -> UInt64 {
    (one.milliseconds - other.milliseconds).magnitude
  }
}
