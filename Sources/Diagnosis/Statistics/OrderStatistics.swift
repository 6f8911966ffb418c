import RealModule

/// Order statistics and the normal distribution, as far as the detector needs them.
public enum OrderStatistics {
  /// The value that stands at `rank` (from 0) when sorted; `values` are rearranged so that none
  /// before it is larger and none after it is smaller.
  ///
  /// Linear on the average and O(n log n) on any input of finite values. Nil for a rank outside.
  public static func select(_ rank: Int, in values: inout [Double]) -> Double? {
    select(rank, in: &values, within: 0..<values.count)
  }

  /// As above where it is known that the values outside `range` stand on their right side of it.
  static func select(_ rank: Int, in values: inout [Double], within range: Range<Int>) -> Double? {
    guard range.contains(rank), range.lowerBound >= 0, range.upperBound <= values.count else {
      return nil
    }
    _ = values.withUnsafeMutableBufferPointer { Selection.place(rank, in: $0, within: range) }
    return values[rank]
  }

  /// The median; the mean of the two middle values for an even number; nil for none.
  public static func median(_ values: [Double]) -> Double? {
    var scratch = values
    return median(rearranging: &scratch)
  }

  /// As `median`, without a copy; `values` are rearranged.
  public static func median(rearranging values: inout [Double]) -> Double? {
    guard let upper = select(values.count / 2, in: &values) else { return nil }
    guard values.count.isMultiple(of: 2) else { return upper }
    // After the selection everything below the middle stands before it.
    guard let lower = values[..<(values.count / 2)].max() else { return upper }
    return (lower + upper) / 2
  }

  /// What the median absolute deviation of a normal variable has to be multiplied with for its
  /// standard deviation: 1 / quantile(3/4).
  static let deviationPerMAD = 1.482602218505602

  /// The median absolute deviation from the median, not scaled; nil for no values.
  public static func medianAbsoluteDeviation(_ values: [Double]) -> Double? {
    guard let center = median(values) else { return nil }
    return median(values.map { abs($0 - center) })
  }

  /// Ranks from 1, tied values sharing their mean rank, as `scipy.stats.rankdata` gives them.
  public static func ranks(_ values: [Double]) -> [Double] {
    var order = KeyedOrder(values: values)
    order.sort()
    let entries = order.entries
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      for place in start..<end { ranks[Int(entries[place].item)] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// The chance that a standard normal variable is further from 0 than `z`.
  public static func twoSidedNormal(_ z: Double) -> Double {
    Double.erfc(abs(z) / Double.sqrt(2))
  }

  /// The standard normal quantile: bisection on erfc, to the last bits.
  ///
  /// Nil outside the open interval from 0 to 1.
  public static func normalQuantile(_ probability: Double) -> Double? {
    guard probability > 0, probability < 1 else { return nil }
    if probability > 0.5 { return normalQuantile(1 - probability).map { -$0 } }
    var low = -40.0
    var high = 0.0
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if Double.erfc(-middle / Double.sqrt(2)) / 2 < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
