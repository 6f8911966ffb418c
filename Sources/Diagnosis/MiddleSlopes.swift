/// The slopes around the median of all pairs' slopes: those that the line and its interval need.
///
/// A random sample gives two bounds. A pair's slope is above a bound where its points stand in
/// order after the bound's slope is taken away, so that only the slopes between the bounds, a sixth
/// or so of all, are computed.
struct MiddleSlopes {
  /// Of fewer points all slopes are as quickly written down.
  private static let pointsMin = 64
  private static let sampleSize = 1_024
  /// Wide enough for intervals of samples whose autocorrelation makes six of them worth one.
  private static let widening = 2.5

  private let below: Int
  private let bounds: ClosedRange<Double>
  /// How far from a bound a slope is surely on the right side of it.
  private let tolerance: Double
  private var slopes: RankedValues

  /// Nil where it wouldn't help.
  ///
  /// - Parameters:
  ///   - x: in ascending order.
  ///   - count: pairs with a different x.
  ///   - scale: the rise of all points over their span.
  init?(x: [Double], y: [Double], count: Int, scale: Double) {
    guard x.count >= Self.pointsMin else { return nil }
    var sample = Self.sample(x, y)
    guard sample.values.count >= Self.sampleSize / 2 else { return nil }
    let n = Double(x.count)
    let sigma = (n * (n - 1) * (2 * n + 5) / 18).squareRoot()
    let share = 0.98 * Self.widening * sigma / Double(count)
    let size = Double(sample.values.count)
    let margin = (share + 1 / size.squareRoot()) * size
    let low = Int(max(0, size / 2 - margin))
    let high = Int(min(size - 1, size / 2 + margin))
    let (from, to) = (sample.select(low), sample.select(high))
    // Rounding moves a point's height by so much, and a slope by that over the pair's width.
    let reach = max(abs(from), abs(to), scale) * ((x.last ?? 0) - (x.first ?? 0))
    let height = (y.lazy.map(abs).max() ?? 0) + reach
    let narrowest = zip(x.dropFirst(), x).lazy.map(-).filter { $0 > 0 }.min() ?? 1
    tolerance = max(1e-9 * scale, 1e-15 * height / narrowest)
    bounds = (from - 4 * tolerance)...(to + 4 * tolerance)
    let found = Self.between(bounds, x, y, count: count)
    below = found.below
    slopes = RankedValues(found.slopes)
  }

  /// The slope of this rank among all; nil where it isn't surely among those kept.
  mutating func select(_ rank: Int) -> Double? {
    guard rank >= below, rank - below < slopes.values.count else { return nil }
    let found = slopes.select(rank - below)
    let isInside =
      found > bounds.lowerBound + tolerance && found < bounds.upperBound - tolerance
    return isInside ? found : nil
  }

  private static func sample(_ x: [Double], _ y: [Double]) -> RankedValues {
    var random = SplitMix64(seed: 0x5EED)
    func draw() -> Int {
      Int(random.next().multipliedFullWidth(by: UInt64(x.count)).high)
    }
    var slopes: [Double] = []
    slopes.reserveCapacity(sampleSize)
    for _ in 0..<sampleSize {
      let (one, other) = (draw(), draw())
      if x[one] != x[other] { slopes.append((y[one] - y[other]) / (x[one] - x[other])) }
    }
    return RankedValues(slopes)
  }

  private static func between(
    _ bounds: ClosedRange<Double>, _ x: [Double], _ y: [Double], count: Int
  ) -> (below: Int, slopes: [Double]) {
    let middle = x[x.count / 2]
    let lower = zip(x, y).map { $1 - bounds.lowerBound * ($0 - middle) }
    let upper = zip(x, y).map { $1 - bounds.upperBound * ($0 - middle) }
    var kept = [Int](repeating: 0, count: x.count)
    var below = 0
    let slopes = [Double](unsafeUninitializedCapacity: count) { slopes, written in
      var next = 0
      // The points before `end` have a smaller x than the later point.
      var end = 0
      for later in x.indices {
        if later > 0, x[later] > x[later - 1] { end = later }
        let (laterX, laterY) = (x[later], y[later])
        let (laterLower, laterUpper) = (lower[later], upper[later])
        kept.withUnsafeMutableBufferPointer { kept in
          lower.withUnsafeBufferPointer { lower in
            upper.withUnsafeBufferPointer { upper in
              var found = 0
              for earlier in 0..<end {
                let isBelow = Selection.isLess(laterLower, lower[earlier])
                let isAbove = Selection.isLess(upper[earlier], laterUpper)
                below &+= isBelow
                kept[found] = earlier
                found &+= 1 &- (isBelow | isAbove)
              }
              for index in 0..<found {
                let earlier = kept[index]
                slopes[next] = (laterY - y[earlier]) / (laterX - x[earlier])
                next &+= 1
              }
            }
          }
        }
      }
      written = next
    }
    return (below, slopes)
  }
}
