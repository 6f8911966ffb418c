/// Round numbers along an axis: 1, 2 or 5 times a power of ten apart.
struct NumberTicks {
  let values: [Double]
  /// From the first tick to the last: the axis begins and ends at round numbers.
  let range: ClosedRange<Double>

  /// - Parameter count: ticks that are wanted, roughly.
  init(covering values: ClosedRange<Double>, count: Int = 5) {
    var (lowest, highest) = (values.lowerBound, values.upperBound)
    if !(highest - lowest).isFinite || highest <= lowest {
      let value = lowest.isFinite ? lowest : 0
      (lowest, highest) = (min(0, value), max(1, value))
    }
    let step = Self.step(atLeast: (highest - lowest) / Double(max(1, count)))
    let first = (lowest / step).rounded(.down)
    let last = (highest / step).rounded(.up)
    let steps = Int(min(max(1, last - first), Double(2 * max(1, count) + 2)))
    self.values = (0...steps).map { (first + Double($0)) * step }
    range = first * step...(first + Double(steps)) * step
  }

  private static func step(atLeast length: Double) -> Double {
    var power = 1.0
    while power * 10 <= length { power *= 10 }
    while power > length, power > 1 { power /= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= length } ?? 10 * power
  }
}
