import Handles

/// A run reduced to a bounded number of points: the time in hours since its first sample and the
/// median count above the baseline around that time.
struct Profile: Hashable {
  /// Most points of one run; longer runs are cut into this many spans of equal length.
  static let pointsMax = 240
  /// About so many samples of a point are looked at; of longer runs every second, third, … one.
  static let samplesPerPointMax = 32

  var hours: [Double]
  var counts: [Double]

  init(hours: [Double], counts: [Double]) {
    self.hours = hours
    self.counts = counts
  }

  init(_ run: Run) {
    hours = []
    counts = []
    guard let start = run.samples.first?.time else { return }
    guard run.samples.count > Self.pointsMax else {
      hours = run.samples.map { $0.time.hours(since: start) }
      counts = run.samples.map { Double($0.handles - run.baseline) }
      return
    }
    let step = max(1, run.samples.count / (Self.pointsMax * Self.samplesPerPointMax))
    let width = run.hours / Double(Self.pointsMax)
    var bin: [Double] = []
    var binHours = 0.0
    var end = width
    for index in stride(from: run.samples.startIndex, to: run.samples.endIndex, by: step) {
      let sample = run.samples[index]
      let at = sample.time.hours(since: start)
      if at >= end, !bin.isEmpty {
        close(&bin, &binHours)
        end = ((at / width).rounded(.down) + 1) * width
      }
      bin.append(Double(sample.handles - run.baseline))
      binHours += at
    }
    close(&bin, &binHours)
  }

  private mutating func close(_ bin: inout [Double], _ binHours: inout Double) {
    guard !bin.isEmpty else { return }
    hours.append(binHours / Double(bin.count))
    counts.append(OrderStatistics.median(rearranging: &bin) ?? 0)
    bin.removeAll(keepingCapacity: true)
    binHours = 0
  }

  var span: Double { (hours.last ?? 0) - (hours.first ?? 0) }

  /// The points from this hour on.
  func from(_ hour: Double) -> Profile {
    guard let first = hours.firstIndex(where: { $0 >= hour }) else {
      return Profile(hours: [], counts: [])
    }
    return Profile(hours: Array(hours[first...]), counts: Array(counts[first...]))
  }

  /// The points before a later part.
  func before(_ part: Profile) -> Profile {
    let count = max(0, hours.count - part.hours.count)
    return Profile(hours: Array(hours.prefix(count)), counts: Array(counts.prefix(count)))
  }

  /// The count at a time between the points, from the straight line between its neighbours.
  func count(at hour: Double) -> Double? {
    guard let first = hours.first, let last = hours.last, hour >= first, hour <= last else {
      return nil
    }
    var (low, high) = (0, hours.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if hours[middle] <= hour { low = middle } else { high = middle }
    }
    let width = hours[high] - hours[low]
    guard width > 0 else { return counts[low] }
    return counts[low] + (counts[high] - counts[low]) * (hour - hours[low]) / width
  }

  /// Changes over `period` hours, for points at or after `start`.
  func changes(over period: Double, from start: Double = 0) -> [Double] {
    hours.indices.compactMap { index in
      guard hours[index] >= start else { return nil }
      return count(at: hours[index] - period).map { counts[index] - $0 }
    }
  }

  /// Without what repeats every `period` hours, where taking that away leaves clearly less spread.
  ///
  /// The trend is kept: it is estimated from changes over whole periods, which a rhythm can't move.
  func withoutRhythm(period: Double, phases: Int) -> Profile {
    guard span >= 2 * period, let change = OrderStatistics.median(changes(over: period)) else {
      return self
    }
    let flat = hours.indices.map { counts[$0] - change / period * hours[$0] }
    let phase = hours.map { hour in
      let turns = hour / period
      return min(phases - 1, Int((turns - turns.rounded(.down)) * Double(phases)))
    }
    var groups = [[Double]](repeating: [], count: phases)
    for index in hours.indices { groups[phase[index]].append(flat[index]) }
    let level = OrderStatistics.median(flat) ?? 0
    let rhythm = groups.map { (OrderStatistics.median($0) ?? level) - level }
    let rest = hours.indices.map { flat[$0] - rhythm[phase[$0]] }
    guard let before = OrderStatistics.medianAbsoluteDeviation(flat),
      let after = OrderStatistics.medianAbsoluteDeviation(rest), after < 0.7 * before
    else { return self }
    return Profile(
      hours: hours, counts: hours.indices.map { counts[$0] - rhythm[phase[$0]] })
  }
}
