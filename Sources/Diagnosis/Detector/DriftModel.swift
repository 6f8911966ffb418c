import RealModule

/// A level that drifts: noise around the level stays where it is, noise of the level itself piles up.
///
/// The local level model with drift (Harvey, "Forecasting, Structural Time Series Models and the
/// Kalman Filter", 1989, chapter 2). A leak at even pace under noise and a leak by random arrivals,
/// whose future is random too, are its two ends. Which of the two the log shows is not known, so the
/// model is fitted for a grid of shares between them, and the fits are weighed by their restricted
/// likelihood. Level and drift start diffuse: de Jong's augmented filter (1991).
struct DriftModel: Hashable, Sendable {
  /// Levels of all runs together; the filter sees them, not the samples.
  static let knotsMax = 40
  /// Levels of one run that are needed for a drift.
  private static let knotsMin = 3
  /// The share of the variance between two levels that piles up.
  private static let shares = [
    0, 0.001, 0.004, 0.015, 0.04, 0.08, 0.15, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95, 1,
  ]

  /// How much likelier than any other share it is beforehand that nothing piles up.
  private static let oddsOfEven = 40.0

  /// Between the averages of two neighbouring blocks of a random walk lie 2/3 of what it piles up from
  /// one block to the next.
  private static let knotLoss = 3.0 / 2

  /// One share's fit.
  private struct Fit: Hashable {
    var weight: Double
    /// Handles per hour.
    var rate: Double
    /// Of the rate.
    var variance: Double
    /// At the last sample, above the baseline.
    var level: Double
    var levelVariance: Double
    /// Of the level with the rate.
    var covariance: Double
    /// Variance that piles up in an hour.
    var spread: Double
  }

  private var fits: [Fit]
  private let degrees: Double
  /// Of a single sample, as a variance: how well the baseline and the last level are known at best.
  private let sampleVariance: Double
  /// The last count above the baseline.
  private let last: Double

  /// Nil for too few points.
  ///
  /// - Parameters:
  ///   - profiles: the part of each run that climbs, in order of time.
  ///   - end: hour and count of the last run's last sample.
  ///   - noise: standard deviation of single points around the line.
  init?(_ profiles: [Profile], end: (hour: Double, count: Double), noise: Double) {
    let points = profiles.reduce(0) { $0 + $1.hours.count }
    let perKnot = max(1, (Double(points) / Double(Self.knotsMax)).rounded(.up))
    let runs = profiles.map { Self.knots($0, per: Int(perKnot)) }
      .filter { $0.count >= Self.knotsMin }
    let knots = runs.reduce(0) { $0 + $1.count }
    degrees = Double(knots - runs.count - 1)
    // Two counts are rounded: the first and the last.
    sampleVariance = noise * noise + 1.0 / 6
    last = end.count
    fits = []
    guard degrees >= 2 else { return nil }
    let span = runs.reduce(0) { $0 + ($1.last?.hour ?? 0) - ($1.first?.hour ?? 0) }
    let step = span / Double(knots - runs.count)
    guard step > 0 else { return nil }
    let filtered = Self.shares.map { Self.filter(runs, share: $0, step: step, end: end.hour) }
    let best = filtered.map(\.likelihood).max() ?? 0
    let weights = zip(filtered, Self.shares).map { one, share in
      Double.exp(one.likelihood - best) * (share == 0 ? Self.oddsOfEven : 1)
    }
    let total = weights.reduce(0, +)
    fits = zip(filtered, weights).map { one, weight in
      var fit = one.fit
      fit.weight = weight / total
      return fit
    }
  }

  /// Handles per hour.
  var rate: (mean: Double, variance: Double) {
    let mean = fits.reduce(0) { $0 + $1.weight * $1.rate }
    let variance = fits.reduce(0) {
      $0 + $1.weight * ($1.variance + ($1.rate - mean) * ($1.rate - mean))
    }
    return (mean, variance)
  }

  /// Handles per hour, as an average until `opens` more are leaked: the bounds are passed with a
  /// chance of 2.5 % each. The lower one is 0 where they may never be.
  func rates(toOpen opens: Double) -> ClosedRange<Double> {
    let slow = hours(toOpen: opens, chance: 0.975)
    let quick = hours(toOpen: opens, chance: 0.025)
    let upper = quick.map { opens / max($0, 1e-9) } ?? 0
    return min(upper, slow.map { opens / max($0, 1e-9) } ?? 0)...upper
  }

  /// The rate's own 95 % interval, of which the random future is no part.
  var rateInterval: ClosedRange<Double> {
    func bound(_ chance: Double) -> Double {
      var (low, high) = (-1.0, 1.0)
      let reach = fits.reduce(0) { max($0, abs($1.rate) + 40 * $1.variance.squareRoot()) }
      (low, high) = (-reach, reach)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        let below = fits.reduce(0) {
          $0 + $1.weight
            * chanceBelow((middle - $1.rate) / max($1.variance.squareRoot(), 1e-300))
        }
        if below < chance { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    let (low, high) = (bound(0.025), bound(0.975))
    return min(low, high)...high
  }

  /// Hours from the last sample until `opens` more are leaked with this chance; nil if never.
  private func hours(toOpen opens: Double, chance: Double) -> Double? {
    let rate = rate.mean
    guard rate > 0 else { return nil }
    var (low, high) = (0.0, opens / rate)
    var doublings = 0
    while self.chance(ofOpening: opens, within: high) < chance {
      low = high
      high *= 2
      doublings += 1
      if doublings > 40 { return nil }
    }
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if self.chance(ofOpening: opens, within: middle) < chance {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }

  private func chance(ofOpening opens: Double, within hours: Double) -> Double {
    fits.reduce(0) { sum, fit in
      let missing = opens + last - fit.level - fit.rate * hours
      let variance =
        fit.levelVariance + 2 * hours * fit.covariance + hours * hours * fit.variance
        + fit.spread * hours + sampleVariance
      return sum + fit.weight * chanceBelow(-missing / max(variance, 1e-300).squareRoot())
    }
  }

  /// Student's distribution by its normal approximation (Abramowitz and Stegun 26.7.8).
  private func chanceBelow(_ t: Double) -> Double {
    let z = t * (1 - 1 / (4 * degrees)) / (1 + t * t / (2 * degrees)).squareRoot()
    return Double.erfc(-z / Double.sqrt(2)) / 2
  }

  private struct Knot {
    var hour: Double
    var level: Double
  }

  /// The median of every so many points.
  private static func knots(_ profile: Profile, per size: Int) -> [Knot] {
    // Whole groups up to the newest point.
    let oldest = profile.hours.count % size
    return stride(from: oldest, to: profile.hours.count, by: size).compactMap { start in
      var levels = Array(profile.counts[start..<start + size])
      guard let level = OrderStatistics.median(rearranging: &levels) else { return nil }
      return Knot(
        hour: (profile.hours[start] + profile.hours[start + size - 1]) / 2, level: level)
    }
  }

  /// Kalman's filter of the levels and, side by side, of their times: the drift is the regression of
  /// the first innovations on the second ones.
  private static func filter(
    _ runs: [[Knot]], share: Double, step: Double, end: Double
  ) -> (fit: Fit, likelihood: Double) {
    let (noise, spread) = (1 - share, share / step)
    var (logs, squares, products, times, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var (level, place, variance, hour) = (0.0, 0.0, 0.0, 0.0)
    for run in runs {
      guard let first = run.first else { continue }
      (level, place, variance, hour) = (first.level, first.hour, noise, first.hour)
      for knot in run.dropFirst() {
        variance += spread * (knot.hour - hour)
        hour = knot.hour
        let total = variance + noise
        let (surprise, shift) = (knot.level - level, knot.hour - place)
        let gain = variance / total
        level += gain * surprise
        place += gain * shift
        variance *= 1 - gain
        logs += Double.log(total)
        squares += surprise * surprise / total
        products += surprise * shift / total
        times += shift * shift / total
        count += 1
      }
    }
    let rate = products / times
    // Counts are whole numbers: a fit can't be better than their rounding.
    let rest = max(squares - rate * products, count / 12)
    let scale = rest / (count - 1)
    let ahead = end - place
    let loss = 1 + share * (knotLoss - 1)
    let fit = Fit(
      weight: 0, rate: rate, variance: loss * scale / times, level: level + rate * ahead,
      levelVariance: scale * (variance + spread * max(0, end - hour) + ahead * ahead / times),
      covariance: scale * ahead / times, spread: scale * spread * knotLoss)
    return (fit, -(logs + Double.log(times) + (count - 1) * Double.log(rest)) / 2)
  }
}
