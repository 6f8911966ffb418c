import Bytes

/// Points in the order of y − b·x, for a b that moves.
///
/// Two points change places when b passes the slope of the line through them. So the pairs that
/// change places between two b are the slopes that lie between: they can be counted without writing
/// them down (Matoušek 1991; Dillencourt, Mount and Netanyahu 1992).
struct SlopeSweep {
  /// Slopes up to this one are behind.
  private(set) var slope = -Double.infinity
  /// Pairs with a different x.
  let pairs: Int
  let count: Int
  private let x: [Double]
  private let y: [Double]
  /// The places before any slope is passed.
  private let first: [Int32]
  private var order: KeyedOrder

  /// `x` in ascending order; `y` has as many values; all finite.
  ///
  /// Points are numbered from the last x to the first, those of one x by y: of points on one line
  /// of slope b the later one then comes first, so that their slope counts as passed.
  init(x: [Double], y: [Double]) {
    count = x.count
    let (middleX, middleY) = count > 0 ? (x[count / 2], y[count / 2]) : (0, 0)
    var pointX: [Double] = []
    var pointY: [Double] = []
    var groups: [Range<Int32>] = []
    pointX.reserveCapacity(count)
    pointY.reserveCapacity(count)
    groups.reserveCapacity(count)
    var tied = 0
    var end = count
    while end > 0 {
      var start = end - 1
      while start > 0, x[start - 1] == x[start] { start -= 1 }
      let from = Int32(truncatingIfNeeded: pointX.count)
      if end - start == 1 {
        pointX.append(x[start] - middleX)
        pointY.append(y[start] - middleY)
      } else {
        for value in y[start..<end].sorted() {
          pointX.append(x[start] - middleX)
          pointY.append(value - middleY)
        }
      }
      groups.append(from..<Int32(truncatingIfNeeded: pointX.count))
      tied += (end - start) * (end - start - 1) / 2
      end = start
    }
    pairs = count * (count - 1) / 2 - tied
    self.x = pointX
    self.y = pointY
    let items = Array(groups.reversed().joined())
    order = KeyedOrder(items: items)
    var places = [Int32](repeating: 0, count: count)
    for (place, item) in items.enumerated() {
      places[Int(item)] = Int32(truncatingIfNeeded: place)
    }
    first = places
  }

  /// The slope of the line through two points, by their numbers.
  @inline(__always)
  private static func slope(
    _ one: Int32, _ other: Int32, _ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>
  ) -> Double {
    (y[Int(one)] - y[Int(other)]) / (x[Int(one)] - x[Int(other)])
  }

  private mutating func aim(at slope: Double) {
    self.slope = slope
    if slope == .infinity {
      order.assignKeys { Double($0) }
    } else if slope == -.infinity {
      first.withUnsafeBufferPointer { first in
        order.assignKeys { Double(first[Int($0)]) }
      }
    } else {
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          order.assignKeys { y[Int($0)] - slope * x[Int($0)] }
        }
      }
    }
  }

  /// Moves to another slope; how many slopes lie between, the higher bound included.
  ///
  /// - Parameter isNear: whether few are expected.
  mutating func move(to slope: Double, isNear: Bool) -> Int {
    guard slope != self.slope else { return 0 }
    aim(at: slope)
    guard isNear else { return order.sort() }
    let near = order.insertionSort(limit: Self.nearPerPoint * count) { _, _, _ in }
    return near.isSorted ? near.swaps : near.swaps + order.sort()
  }

  /// Up to so many slopes per point a move is quicker by insertion.
  static let nearPerPoint = 9

  /// Moves up and writes down the slopes on the way, if they are at most `limit`; else nil for them.
  mutating func collect(upTo slope: Double, limit: Int) -> (count: Int, slopes: [Double]?) {
    aim(at: slope)
    var isComplete = false
    var count = 0
    // One insertion more may come after the limit is reached.
    let room = limit + self.count
    let slopes = [Double](unsafeUninitializedCapacity: room) { slopes, written in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          let done = order.insertionSort(limit: limit) { entries, passed, entry in
            for index in passed {
              slopes[count] = Self.slope(entries[index].item, entry.item, x, y)
              count &+= 1
            }
          }
          isComplete = done.isSorted
        }
      }
      written = count
    }
    if isComplete { return (count, slopes) }
    return (count + order.sort(), nil)
  }

  /// Moves up and takes the slopes on the way that stand at these ascending positions.
  mutating func sample(upTo slope: Double, at positions: [Int]) -> [Double] {
    aim(at: slope)
    var slopes: [Double] = []
    slopes.reserveCapacity(positions.count)
    var passed = 0
    var next = 0
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        order.mergeSort { entries, block, entry in
          while next < positions.count, positions[next] < passed &+ block.count {
            let other = entries[block.lowerBound &+ positions[next] &- passed]
            slopes.append(Self.slope(other.item, entry.item, x, y))
            next &+= 1
          }
          passed &+= block.count
        }
      }
    }
    return slopes
  }

  /// The slopes of `wanted` random pairs; fewer where pairs have one x.
  func randomSlopes(_ wanted: Int, using random: inout SplitMix64) -> [Double] {
    let size = UInt64(count)
    var slopes: [Double] = []
    slopes.reserveCapacity(wanted)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        for _ in 0..<wanted {
          let one = Int(random.next().multipliedFullWidth(by: size).high)
          let other = Int(random.next().multipliedFullWidth(by: size).high)
          let width = x[one] - x[other]
          if width != 0 { slopes.append((y[one] - y[other]) / width) }
        }
      }
    }
    return slopes
  }

  /// All slopes; for few points.
  func allSlopes() -> [Double] {
    var slopes: [Double] = []
    slopes.reserveCapacity(pairs)
    for one in 0..<count {
      for other in (one + 1)..<max(count, one + 1) where x[one] != x[other] {
        slopes.append((y[one] - y[other]) / (x[one] - x[other]))
      }
    }
    return slopes
  }
}
