/// Finds where a flat series begins to climb.
enum Onset {
  /// A bend is believed if it leaves at most this share of the squared error of a straight line.
  static let errorShareMax = 0.6
  /// Bends tried.
  private static let candidates = 48

  /// The hour of the bend of the best "flat, then straight up" line, by least squares over a grid
  /// of bends; nil where a straight line does nearly as well.
  static func hour(in profile: Profile) -> Double? {
    let n = Double(profile.hours.count)
    guard profile.hours.count >= 16, profile.span > 0, let first = profile.hours.first else {
      return nil
    }
    let mean = profile.counts.reduce(0, +) / n
    let values = profile.counts.map { $0 - mean }
    let total = values.reduce(0) { $0 + $1 * $1 }
    func error(bend: Double) -> (error: Double, rises: Bool) {
      let ramp = profile.hours.map { max(0, $0 - bend) }
      let rampMean = ramp.reduce(0, +) / n
      var (square, product) = (0.0, 0.0)
      for index in values.indices {
        let centered = ramp[index] - rampMean
        square += centered * centered
        product += centered * values[index]
      }
      guard square > 0 else { return (total, false) }
      return (total - product * product / square, product > 0)
    }
    let straight = error(bend: first)
    var best: (hour: Double, error: Double)?
    for step in 1..<(candidates - 4) {
      let bend = first + profile.span * Double(step) / Double(candidates)
      let fit = error(bend: bend)
      if fit.rises, fit.error < (best?.error ?? .infinity) { best = (bend, fit.error) }
    }
    guard let best, straight.error > 0, best.error <= errorShareMax * straight.error else {
      return nil
    }
    return best.hour
  }
}
