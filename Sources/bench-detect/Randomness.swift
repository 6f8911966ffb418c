import Bytes
import Diagnosis
import Foundation

/// Draws of one seeded generator.
struct Randomness {
  private var source: SplitMix64

  init(seed: UInt64) { source = SplitMix64(seed: seed) }

  mutating func unit() -> Double { source.unit() }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * source.unit()
  }

  /// Uniform in the logarithm.
  mutating func scaled(_ range: ClosedRange<Double>) -> Double {
    exp(uniform(log(range.lowerBound)...log(range.upperBound)))
  }

  mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &source) }

  mutating func normal() -> Double {
    (-2 * log(source.unit())).squareRoot() * cos(2 * Double.pi * source.unit())
  }

  /// Exact below a mean of 30, rounded normal above.
  mutating func poisson(_ mean: Double) -> Double {
    guard mean < 30 else { return max(0, (mean + normal() * mean.squareRoot()).rounded()) }
    var product = source.unit()
    var count = 0.0
    while product > exp(-mean) {
      product *= source.unit()
      count += 1
    }
    return count
  }
}
