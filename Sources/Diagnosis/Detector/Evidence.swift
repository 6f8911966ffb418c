import RealModule

/// What one run says about a leak, in numbers. Evidence of several runs adds up.
struct Evidence {
  /// Fewer points than this say nothing.
  static let pointsMin = 8

  /// With the variance corrected for autocorrelation.
  var test = MannKendall()
  /// Handles per hour.
  var slope = 0.0
  var lower = 0.0
  var upper = 0.0
  /// Growth from the first block of the run to the last, over the first and the second half.
  var growth = 0.0
  var early = 0.0
  var late = 0.0
  /// The whole range of the block levels.
  var range = 0.0
  /// Steps between blocks, and how many of them rise.
  var steps = 0
  var rises = 0
  /// The spread around the line, as a standard deviation.
  var noise = 0.0
  /// The spread of what repeats by day or week and was taken away.
  var rhythm = 0.0
  /// Rise of the line over the run.
  var rise = 0.0
  /// The change against the same time of an earlier day, as a share of what the line says; nil if
  /// the run is too short to tell.
  var dayShare: Double?
  /// Hours from the run's first sample to the bend, where it was flat before.
  var onset: Double?
  /// The part of each run that the line is fitted to.
  var profiles: [Profile] = []
  /// False where the climb hasn't left the range that the flat part already had.
  var leavesOldRange = true

  init() {}

  /// Nil for too few points.
  init?(_ run: Run, mayStartLate: Bool) {
    let raw = Profile(run)
    guard raw.hours.count >= Self.pointsMin, raw.span > 0 else { return nil }
    let whole = raw.withoutRhythm(period: 24, phases: 24).withoutRhythm(period: 168, phases: 42)
    var part = whole
    if mayStartLate, let bend = Onset.hour(in: whole) {
      let after = whole.from(bend)
      if after.hours.count >= Self.pointsMin, after.span > 0, Self.changes(whole, to: after) {
        onset = bend
        part = after
        leavesOldRange = Self.leaves(after: bend, in: whole)
      }
    }
    var factor = 1.0
    var residuals: [Double] = []
    let fit = TheilSen(x: part.hours, y: part.counts) { rest in
      residuals = rest
      // Never narrower than for independent samples: a swing must not make a trend clearer.
      factor = max(1, MannKendall.hamedRaoFactor(residuals: rest))
      return factor
    }
    guard var line = fit else { return nil }
    test = MannKendall(part.counts)
    test.variance *= factor
    let climbs = test.score > 0 && test.pValue < LeakDetector.suspectedPValueMax
    let recent = climbs ? Self.recent(part) : part
    profiles = [recent]
    if recent != part, let present = Self.line(recent) {
      line = present
      residuals = zip(recent.hours, recent.counts).map { $1 - present.value(at: $0) }
    }
    slope = line.slope
    lower = line.lower
    upper = line.upper
    rise = line.slope * part.span
    noise =
      OrderStatistics.deviationPerMAD * (OrderStatistics.medianAbsoluteDeviation(residuals) ?? 0)
    let repeating = zip(raw.counts, whole.counts).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    rhythm = Double.sqrt(repeating / Double(raw.counts.count))
    measureBlocks(part)
    dayShare = Self.dayShare(raw, slope: line.slope, onset: onset)
  }

  private static func line(_ profile: Profile) -> TheilSen? {
    TheilSen(x: profile.hours, y: profile.counts) {
      max(1, MannKendall.hamedRaoFactor(residuals: $0))
    }
  }

  /// Two parts have clearly different rates if so many standard errors lie between them.
  private static let differenceMin = 5.0
  private static let halvingsMax = 3

  /// Whether the rate before a part of a profile is another one. Measured by the newer part's own
  /// variability, because what was there before may not be a leak at all.
  private static func changes(_ whole: Profile, to part: Profile) -> Bool {
    guard let before = DriftModel([whole.before(part)], end: (0, 0), noise: 0)?.rate,
      let after = DriftModel([part], end: (0, 0), noise: 0)?.rate
    else { return false }
    return (after.mean - before.mean).magnitude
      > differenceMin * (2 * after.variance).squareRoot()
  }

  /// The newest half, or half of that, where its rate is clearly another one than before, as after a
  /// warm-up: a forecast needs the present rate.
  private static func recent(_ part: Profile) -> Profile {
    var recent = part
    for _ in 0..<halvingsMax {
      let half = recent.from((recent.hours.first ?? 0) + recent.span / 2)
      guard half.hours.count >= 2 * pointsMin, changes(recent, to: half) else { break }
      recent = half
    }
    return recent
  }

  private mutating func measureBlocks(_ part: Profile) {
    let blocks = part.hours.count >= 32 ? 8 : 4
    var levels = [[Double]](repeating: [], count: blocks)
    let first = part.hours.first ?? 0
    for index in part.hours.indices {
      let place = (part.hours[index] - first) / part.span * Double(blocks)
      levels[min(blocks - 1, max(0, Int(place)))].append(part.counts[index])
    }
    // The lower quartile: what is held even when a job or a spike isn't running.
    let quartiles = levels.map { values -> Double? in
      var values = values
      return OrderStatistics.select(values.count / 4, in: &values)
    }
    let known = quartiles.compactMap { $0 }
    guard let begin = known.first, let end = known.last, let low = known.min(),
      let high = known.max()
    else { return }
    growth = end - begin
    range = high - low
    let half = blocks / 2
    let (front, back) = (quartiles[..<half].compactMap { $0 }, quartiles[half...].compactMap { $0 })
    early = (front.last ?? begin) - (front.first ?? begin)
    late = (back.last ?? end) - (back.first ?? end)
    steps = known.count - 1
    rises = zip(known, known.dropFirst()).count { $1 - $0 > 0.03 * growth }
  }

  private static func leaves(after bend: Double, in whole: Profile) -> Bool {
    let before = whole.hours.indices.filter { whole.hours[$0] < bend }.map { whole.counts[$0] }
    guard let oldHigh = before.max(), let oldLow = before.min(),
      let end = OrderStatistics.median(Array(whole.counts.suffix(max(1, whole.counts.count / 24))))
    else { return true }
    return end > oldHigh + 0.25 * (oldHigh - oldLow)
  }

  private static func dayShare(_ raw: Profile, slope: Double, onset: Double?) -> Double? {
    guard raw.span >= 30, slope > 0 else { return nil }
    // Whole days: the longer the log, the more, so that lumps and noise weigh less.
    let days = 24 * max(1, (raw.span / 72).rounded(.down))
    let start = max(onset ?? 0, raw.span - max(6, (raw.span - days) / 2))
    let changes = raw.changes(over: days, from: start)
    guard changes.count >= 4, let change = OrderStatistics.median(changes) else { return nil }
    let middle = (start + raw.span) / 2
    let climbing = min(days, middle - (onset ?? -days))
    return climbing > 0 ? change / (slope * climbing) : nil
  }

  /// Evidence of all runs together: scores and growths add, slopes are weighed by their precision.
  static func pooled(_ all: [Evidence]) -> Evidence {
    guard let last = all.last else { return Evidence() }
    guard all.count > 1 else { return last }
    var sum = Evidence()
    var (weights, weighted) = (0.0, 0.0)
    for one in all {
      sum.test = sum.test + one.test
      sum.profiles += one.profiles
      sum.growth += one.growth
      sum.early += one.early
      sum.late += one.late
      sum.range += one.range
      sum.steps += one.steps
      sum.rises += one.rises
      sum.rise += one.rise
      sum.noise = max(sum.noise, one.noise)
      sum.rhythm = max(sum.rhythm, one.rhythm)
      let error =
        max(one.upper - one.lower, 1e-6 * abs(one.slope), 1e-9) / (2 * MannKendall.confidence95)
      weights += 1 / (error * error)
      weighted += one.slope / (error * error)
    }
    sum.slope = weighted / weights
    // Runs differ by more than their own errors say: their spread counts too.
    let spread = all.reduce(0) { $0 + ($1.slope - sum.slope) * ($1.slope - sum.slope) }
    let error = Double.sqrt(
      1 / weights + spread / (Double(all.count) * Double(all.count - 1)))
    sum.lower = sum.slope - MannKendall.confidence95 * error
    sum.upper = sum.slope + MannKendall.confidence95 * error
    return sum
  }
}
