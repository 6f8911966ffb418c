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
    var line = Sums()
    var total = 0.0
    for (hour, count) in zip(profile.hours, profile.counts) {
      line.add(hour - first, count - mean)
      total += (count - mean) * (count - mean)
    }
    let straight = total - line.explained(bend: 0, n).square
    var best: (bend: Double, error: Double)?
    var after = line
    var index = 0
    for step in 1..<(candidates - 4) {
      let bend = profile.span * Double(step) / Double(candidates)
      while index < profile.hours.count, profile.hours[index] - first <= bend {
        after.remove(profile.hours[index] - first, profile.counts[index] - mean)
        index += 1
      }
      let (square, rises) = after.explained(bend: bend, n)
      if rises, total - square < (best?.error ?? .infinity) { best = (bend, total - square) }
    }
    guard let best, straight > 0, best.error <= errorShareMax * straight else { return nil }
    return first + best.bend
  }

  /// Sums over the points after the bend, from which the fit of a ramp follows.
  private struct Sums {
    private var count = 0.0
    private var hours = 0.0
    private var squares = 0.0
    private var values = 0.0
    private var products = 0.0

    mutating func add(_ hour: Double, _ value: Double) { add(hour, value, times: 1) }
    mutating func remove(_ hour: Double, _ value: Double) { add(hour, value, times: -1) }

    private mutating func add(_ hour: Double, _ value: Double, times: Double) {
      count += times
      hours += times * hour
      squares += times * hour * hour
      values += times * value
      products += times * hour * value
    }

    /// The squares that "flat until the bend, then straight" takes off the values' own, which sum
    /// to 0; and whether it goes up.
    func explained(bend: Double, _ n: Double) -> (square: Double, rises: Bool) {
      let ramp = hours - bend * count
      let spread = squares - 2 * bend * hours + bend * bend * count - ramp * ramp / n
      let product = products - bend * values
      guard spread > 0 else { return (0, false) }
      return (product * product / spread, product > 0)
    }
  }
}
