/// The slopes of all pairs of points with a different x, as an ordered collection that is only
/// stored where it is small.
///
/// For many points a slope of a given rank is found as Matoušek (1991) and Dillencourt, Mount and
/// Netanyahu (1992) do: the points in the order of y − b·x show by their inversions how many slopes
/// are at most b; a random sample of the slopes narrows the interval that holds the rank, until few
/// enough are left to write them down. O(n log n) per narrowing, a handful of them, O(n) memory.
struct PairSlopes {
  /// Slopes are written down when an interval holds at most this many per point.
  private static let storedPerPoint = 8
  private static let sampleSize = 4_096
  private static let roundsMax = 64
  /// Slopes that differ by less than this share of the data's own scale count as equal.
  private static let resolution = 1e-10

  let count: Int
  private let x: [Double]
  private let y: [Double]
  private let scale: Double
  private var middle: MiddleSlopes?
  private var stored = RankedValues([])
  private var random = SplitMix64(seed: 0x5EED)

  /// `x` in ascending order, at least two different values.
  init(x: [Double], y: [Double]) {
    self.x = x
    self.y = y
    var tied = 0
    var start = 0
    while start < x.count {
      var end = start
      while end < x.count, x[end] == x[start] { end += 1 }
      tied += (end - start) * (end - start - 1) / 2
      start = end
    }
    count = x.count * (x.count - 1) / 2 - tied
    let rise = (y.max() ?? 0) - (y.min() ?? 0)
    scale = rise / ((x.last ?? 1) - (x.first ?? 0))
    guard x.count <= TheilSen.storedPointsMax else { return }
    guard rise > 0 else { return }
    middle = MiddleSlopes(x: x, y: y, count: count, scale: scale)
  }

  /// All slopes, by the later point and then by the earlier one.
  private static func all(_ x: [Double], _ y: [Double], count: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { slopes, written in
      var next = 0
      // The points before `end` have a smaller x than the later point.
      var end = 0
      for later in x.indices {
        if later > 0, x[later] > x[later - 1] { end = later }
        let (laterX, laterY) = (x[later], y[later])
        x.withUnsafeBufferPointer { x in
          y.withUnsafeBufferPointer { y in
            for earlier in 0..<end {
              slopes[next &+ earlier] = (laterY - y[earlier]) / (laterX - x[earlier])
            }
          }
        }
        next += end
      }
      written = next
    }
  }

  /// The slope of this rank, from 0; 0 if there is no such rank.
  mutating func select(_ rank: Int) -> Double {
    guard rank >= 0, rank < count, scale > 0 else { return 0 }
    if let found = middle?.select(rank) { return found }
    guard x.count <= TheilSen.storedPointsMax else { return narrow(to: rank) }
    if stored.values.isEmpty { stored = RankedValues(Self.all(x, y, count: count)) }
    return stored.select(rank)
  }

  private mutating func narrow(to rank: Int) -> Double {
    var low = -Double.infinity
    var high = Double.infinity
    var below = 0
    var inside = count
    var last = 0.0
    for _ in 0..<Self.roundsMax {
      let few = inside <= Self.storedPerPoint * x.count
      var sample = slopes(
        above: low, upTo: high,
        at: few ? Array(0..<inside) : positions(of: Self.sampleSize, among: inside))
      guard !sample.isEmpty else { return last }
      if few {
        return OrderStatistics.select(min(rank - below, sample.count - 1), in: &sample) ?? last
      }
      sample.sort()
      let expected = Double(rank - below) / Double(inside) * Double(sample.count)
      let margin = 2 * Double(sample.count).squareRoot()
      let from = sample[Int(min(Double(sample.count - 1), max(0, expected - margin)))]
      let to = sample[Int(min(Double(sample.count - 1), expected + margin))]
      last = sample[Int(min(Double(sample.count - 1), max(0, expected)))]
      // Many equal slopes: is the rank among them?
      let tolerance = Self.resolution * max(abs(from), scale)
      let start = to - from <= tolerance ? from - tolerance : from
      let end = to - from <= tolerance ? to + tolerance : to
      let upToStart = start > low ? inversions(above: low, upTo: start) : 0
      if rank - below < upToStart {
        high = start
        inside = upToStart
        continue
      }
      let upToEnd = end < high ? inversions(above: low, upTo: end) : inside
      if rank - below >= upToEnd {
        low = end
        below += upToEnd
        inside -= upToEnd
        continue
      }
      if to - from <= tolerance { return last }
      low = max(low, start)
      high = min(high, end)
      below += upToStart
      inside = upToEnd - upToStart
    }
    return last
  }

  private mutating func positions(of wanted: Int, among count: Int) -> [Int] {
    (0..<wanted).map { _ in Int.random(in: 0..<count, using: &random) }.sorted()
  }

  /// How many slopes lie in (above, upTo].
  private func inversions(above low: Double, upTo high: Double) -> Int {
    var count = 0
    Inversions.mergeSort(permutation(from: low, to: high).ranks) { _, _, block in
      count += block.count
    }
    return count
  }

  /// The slopes of (above, upTo] that stand at these ascending positions of the merge's own order.
  private func slopes(above low: Double, upTo high: Double, at positions: [Int]) -> [Double] {
    let (ranks, points) = permutation(from: low, to: high)
    var found: [Double] = []
    found.reserveCapacity(positions.count)
    var passed = 0
    var next = 0
    Inversions.mergeSort(ranks) { sorted, right, block in
      while next < positions.count, positions[next] < passed + block.count {
        let left = points[Int(sorted[block.lowerBound + positions[next] - passed])]
        let other = points[Int(right)]
        let width = x[other] - x[left]
        if width != 0 { found.append((y[other] - y[left]) / width) }
        next += 1
      }
      passed += block.count
    }
    return found
  }

  /// The points' ranks in the order at slope `high`, listed in the order at slope `low`: two points
  /// are inverted where their own slope lies between.
  private func permutation(from low: Double, to high: Double) -> (ranks: [Int32], points: [Int]) {
    let after = order(at: high)
    var rank = [Int32](repeating: 0, count: after.count)
    for (position, point) in after.enumerated() {
      rank[point] = Int32(truncatingIfNeeded: position)
    }
    return (order(at: low).map { rank[$0] }, after)
  }

  /// Points by y − slope·x; of points on one line the later comes first, so that their slope counts
  /// as "at most".
  private func order(at slope: Double) -> [Int] {
    let key: [Double]
    if slope == -.infinity {
      key = x
    } else if slope == .infinity {
      key = x.map { -$0 }
    } else {
      let middle = x[x.count / 2]
      key = zip(x, y).map { $1 - slope * ($0 - middle) }
    }
    return x.indices.sorted { left, right in
      if key[left] != key[right] { return key[left] < key[right] }
      if x[left] != x[right] { return x[left] > x[right] }
      return (y[left], left) < (y[right], right)
    }
  }
}
