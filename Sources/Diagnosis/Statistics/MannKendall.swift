import Bytes
import RealModule

/// The Mann-Kendall trend test: does a series rise or fall more often than chance would have it?
///
/// Kendall, "Rank Correlation Methods" (1975). Results of several runs or seasons add up, as in the
/// seasonal Kendall test of Hirsch, Slack and Smith (1982).
public struct MannKendall: Hashable, Sendable {
  /// Rising pairs minus falling pairs.
  public var score: Int64
  /// The variance of the score if there is no trend.
  public var variance: Double
  /// All pairs, tied or not.
  public var pairs: Int64

  /// No pairs at all: what sums start from.
  public init() {
    score = 0
    variance = 0
    pairs = 0
  }

  /// Tests values in order of time; ties are allowed. O(n log n).
  public init(_ values: [Double]) {
    let n = Int64(values.count)
    var tiedPairs: Int64 = 0
    var tieTerm = 0.0
    var order = KeyedOrder(values: values)
    let falling = Int64(order.sort())
    var start = 0
    while start < order.entries.count {
      var end = start + 1
      while end < order.entries.count, order.entries[end].key == order.entries[start].key {
        end += 1
      }
      let tied = Int64(end - start)
      tiedPairs += tied * (tied - 1) / 2
      tieTerm += Self.varianceTerm(tied)
      start = end
    }
    pairs = n * (n - 1) / 2
    score = pairs - tiedPairs - 2 * falling
    variance = (Self.varianceTerm(n) - tieTerm) / 18
  }

  /// The sum of two independent tests.
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.score += right.score
    sum.variance += right.variance
    sum.pairs += right.pairs
    return sum
  }

  /// The score in standard deviations, moved by one towards 0; 0 where the variance is 0.
  public var z: Double {
    guard score != 0, variance > 0 else { return 0 }
    return Double(score - score.signum()) / Double.sqrt(variance)
  }

  /// Two-sided: the chance of a score at least as far from 0 if there is no trend.
  public var pValue: Double { OrderStatistics.twoSidedNormal(z) }

  /// Kendall's tau (a): the score's share of all pairs, −1 to 1; 0 for fewer than two values.
  public var tau: Double { pairs > 0 ? Double(score) / Double(pairs) : 0 }

  /// The factor by which autocorrelation inflates the variance of the score.
  ///
  /// Hamed and Rao, "A modified Mann-Kendall trend test for autocorrelated data" (1998): from the
  /// ranks of the series without its trend, using the lags that are significant at 5 %. It can be
  /// below 1, even negative, for series that swing. O(n · lags).
  ///
  /// - Parameters:
  ///   - residuals: the values minus their trend, in order of time.
  ///   - lags: the longest lag that is looked at; all by default.
  public static func hamedRaoFactor(residuals: [Double], lags: Int? = nil) -> Double {
    let n = residuals.count
    guard n > 2 else { return 1 }
    let ranks = OrderStatistics.ranks(residuals)
    let mean = ranks.reduce(0, +) / Double(n)
    let centered = ranks.map { $0 - mean }
    let power = centered.reduce(0) { $0 + $1 * $1 }
    guard power > 0 else { return 1 }
    let bound = confidence95 / Double.sqrt(Double(n))
    let size = Double(n)
    var sum = 0.0
    let last = max(1, min(lags ?? n - 1, n - 1))
    // Zeros at the end, so that eight lags can be summed side by side.
    let padded = centered + [Double](repeating: 0, count: lagsAtOnce)
    for first in stride(from: 1, through: last, by: lagsAtOnce) {
      let products = lagProducts(padded, count: n, from: first)
      for lag in first...min(last, first + lagsAtOnce - 1) {
        let correlation = products[lag - first] / power
        let left = size - Double(lag)
        if abs(correlation) > bound { sum += left * (left - 1) * (left - 2) * correlation }
      }
    }
    return 1 + 2 / (size * (size - 1) * (size - 2)) * sum
  }

  private static let lagsAtOnce = 8

  /// The sums of the products at `first` and the lags after it.
  private static func lagProducts(
    _ padded: [Double], count: Int, from first: Int
  ) -> SIMD8<Double> {
    padded.withUnsafeBufferPointer { values in
      var sums = SIMD8<Double>()
      for index in 0..<max(0, count - first) {
        let later = UnsafeRawPointer(values.baseAddress.unsafelyUnwrapped + index + first)
          .loadUnaligned(as: SIMD8<Double>.self)
        sums += later * values[index]
      }
      return sums
    }
  }

  /// The 97.5 % quantile of the standard normal distribution.
  static let confidence95 = 1.959963984540054

  private static func varianceTerm(_ count: Int64) -> Double {
    let n = Double(count)
    return n * (n - 1) * (2 * n + 5)
  }
}
