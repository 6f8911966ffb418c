import Bytes

/// Selection with two pivots from a random sample, after Floyd and Rivest, "Expected Time Bounds for
/// Selection" (1975).
///
/// For finite values. The seed is fixed, so that the same input takes the same way. Input made to
/// defeat that seed is sorted after a few bad rounds, as in Musser's introselect.
enum Selection {
  private static let sortedMax = 16
  private static let sampleMin = 600

  /// Puts the value of `rank` in its place within `range`, smaller ones before, larger ones after.
  /// Returns how many values were compared with pivots or sorted.
  @discardableResult
  static func place(
    _ rank: Int, in values: UnsafeMutableBufferPointer<Double>, within range: Range<Int>
  ) -> Int {
    var random = SplitMix64(seed: 0x5E1E)
    return place(rank, in: values, within: range, &random)
  }

  @discardableResult
  private static func place(
    _ rank: Int, in values: UnsafeMutableBufferPointer<Double>, within range: Range<Int>,
    _ random: inout SplitMix64
  ) -> Int {
    var steps = 0
    // After a round without progress one pivot and its equals are taken out, so that many equal
    // values can't stop it.
    var isSingle = false
    var (low, high) = (range.lowerBound, range.upperBound)
    var badRoundsLeft = 2 * (Int.bitWidth - range.count.leadingZeroBitCount)
    while high - low > sortedMax {
      let size = high - low
      steps += size
      guard badRoundsLeft > 0 else { break }
      let (lower, other) = pivots(around: rank, in: values, within: low..<high, &random)
      let upper = isSingle ? lower : other
      // First the pivot that takes the larger part away.
      var from = low
      var to = high
      if rank - low < size / 2 {
        to = partition(values, low..<high) { 1 &- isLess(upper, $0) }
        if rank < to { from = partition(values, low..<to) { isLess($0, lower) } }
      } else {
        from = partition(values, low..<high) { isLess($0, lower) }
        if rank >= from { to = partition(values, from..<high) { 1 &- isLess(upper, $0) } }
      }
      if rank < from {
        high = from
      } else if rank >= to {
        low = to
      } else if lower == upper {
        return steps
      } else {
        (low, high) = (from, to)
      }
      isSingle = high - low > size / 4 * 3
      if isSingle { badRoundsLeft -= 1 }
    }
    var rest = UnsafeMutableBufferPointer(rebasing: values[low..<high])
    rest.sort()
    return steps + rest.count
  }

  /// Two values of the range between which the wanted one probably lies; the range is rearranged.
  private static func pivots(
    around rank: Int, in values: UnsafeMutableBufferPointer<Double>, within range: Range<Int>,
    _ random: inout SplitMix64
  ) -> (Double, Double) {
    let size = range.count
    let start = range.lowerBound
    func draw(_ index: Int) -> Int {
      let left = UInt64(size - index)
      return start + index + Int(random.next().multipliedFullWidth(by: left).high)
    }
    guard size > sampleMin else {
      let (a, b, c) = (values[draw(0)], values[draw(0)], values[draw(0)])
      let middle = max(min(a, b), min(max(a, b), c))
      return (middle, middle)
    }
    let count = min(2_048, Int((Double(size).squareRoot() * 3).rounded()))
    for index in 0..<count { values.swapAt(start + index, draw(index)) }
    let expected = Double(rank - start) / Double(size) * Double(count)
    let margin = Double(count).squareRoot()
    let lower = start + Int(max(0, expected - margin))
    let upper = start + Int(min(Double(count - 1), expected + margin))
    place(lower, in: values, within: start..<(start + count), &random)
    place(upper, in: values, within: lower..<(start + count), &random)
    return (values[lower], values[upper])
  }

  /// Moves what belongs to the front there, without a branch; the place where the rest begins.
  @inline(__always)
  private static func partition(
    _ values: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>, _ isFront: (Double) -> Int
  ) -> Int {
    var border = range.lowerBound
    for index in range {
      let value = values[index]
      values[index] = values[border]
      values[border] = value
      border &+= isFront(value)
    }
    return border
  }

  /// 1 or 0, from the sign of the difference: of finite numbers it is never rounded to 0.
  @inline(__always)
  static func isLess(_ left: Double, _ right: Double) -> Int {
    Int(truncatingIfNeeded: (left - right).bitPattern >> 63)
  }
}
