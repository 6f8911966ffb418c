import RealModule

/// The Theil-Sen line: the median of the slopes of all pairs, which no minority of wild values can
/// move far.
///
/// Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau" (1968), which also gives
/// the interval from the ranks of the slopes.
public struct TheilSen: Hashable, Sendable {
  /// Units of y per unit of x.
  public let slope: Double
  /// The median of y minus the slope times the median of x.
  public let intercept: Double
  /// Lower end of the slope's interval.
  public let lower: Double
  /// Upper end of the slope's interval.
  public let upper: Double

  /// Fits a line; nil where no two points have a different x or the arrays differ in length.
  ///
  /// - Parameters:
  ///   - x: in ascending order; equal values are allowed.
  ///   - y: as many values.
  ///   - confidence: of the interval, between 0 and 1.
  ///   - varianceFactor: widens the interval for autocorrelation, see `MannKendall.hamedRaoFactor`.
  public init?(
    x: [Double], y: [Double], confidence: Double = 0.95, varianceFactor: Double = 1
  ) {
    self.init(x: x, y: y, confidence: confidence) { _ in varianceFactor }
  }

  /// As above; the factor is made from the residuals of the line, in the order of the points.
  init?(
    x: [Double], y: [Double], confidence: Double = 0.95,
    varianceFactor: (_ residuals: [Double]) -> Double
  ) {
    guard x.count == y.count, let first = x.first, let last = x.last, first < last,
      y.allSatisfy(\.isFinite), (last - first).isFinite,
      let quantile = confidence == 0.95
        ? MannKendall.confidence95 : OrderStatistics.normalQuantile((1 + confidence) / 2)
    else { return nil }
    let middleX = (x[(x.count - 1) / 2] + x[x.count / 2]) / 2
    var order = KeyedOrder(values: y)
    order.sort()
    let heights = order.entries.map(\.key)
    let middleY = (heights[(y.count - 1) / 2] + heights[y.count / 2]) / 2
    var slopes = PairSlopes(x: x, y: y)
    let count = slopes.count
    let upperMiddle = slopes.select(count / 2)
    let slope =
      count.isMultiple(of: 2) ? (slopes.select(count / 2 - 1) + upperMiddle) / 2 : upperMiddle
    let intercept = middleY - slope * middleX
    let factor = varianceFactor(zip(x, y).map { $1 - (intercept + slope * $0) })
    let sigma = Double.sqrt(max(0, Self.variance(x: x, heights: heights) * factor))
    let half = quantile * sigma
    let top = Double(count - 1)
    let lowest = ((Double(count) - half) / 2).rounded(.toNearestOrEven) - 1
    let highest = ((Double(count) + half) / 2).rounded(.toNearestOrEven)
    lower = slopes.select(Int(exactly: max(0, min(top, lowest))) ?? 0)
    upper = slopes.select(Int(exactly: max(0, min(top, highest))) ?? count - 1)
    self.slope = slope
    self.intercept = intercept
  }

  /// The line's value at `x`.
  public func value(at x: Double) -> Double { intercept + slope * x }

  /// The variance of Kendall's score with ties in both, which are sorted: equation 2.6 of Sen (1968).
  private static func variance(x: [Double], heights: [Double]) -> Double {
    func term(_ count: Int) -> Double {
      let n = Double(count)
      return n * (n - 1) * (2 * n + 5)
    }
    func ties(_ sorted: [Double]) -> Double {
      var sum = 0.0
      var start = 0
      while start < sorted.count {
        var end = start + 1
        while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
        if end - start > 1 { sum += term(end - start) }
        start = end
      }
      return sum
    }
    return (term(x.count) - ties(x) - ties(heights)) / 18
  }
}
