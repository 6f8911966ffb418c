/// Values of which several ranks are asked for.
struct RankedValues {
  private(set) var values: [Double]
  /// Ranks already selected: below and above them stand smaller and larger values.
  private var splits: [Int] = []

  init(_ values: [Double]) { self.values = values }

  /// The value of this rank, from 0; 0 if there is no such rank. Each selection splits the values,
  /// so that the next one has only a part to look at.
  mutating func select(_ rank: Int) -> Double {
    guard values.indices.contains(rank) else { return 0 }
    if splits.contains(rank) { return values[rank] }
    let from = splits.last { $0 < rank }.map { $0 + 1 } ?? 0
    let to = splits.first { $0 > rank } ?? values.count
    // Next to a rank that is known it is the largest of its part.
    if rank + 1 == to, to < values.count { return largest(from..<to) }
    let found = OrderStatistics.select(rank, in: &values, within: from..<to) ?? 0
    splits.append(rank)
    splits.sort()
    return found
  }

  private func largest(_ range: Range<Int>) -> Double {
    values.withUnsafeBufferPointer { values in
      var best = -Double.infinity
      for index in range { best = values[index] > best ? values[index] : best }
      return best
    }
  }
}
