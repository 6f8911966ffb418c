import Bytes

/// The slopes of all pairs of points with a different x, as an ordered collection that is never
/// written down as a whole.
///
/// A random sample shows about where a rank lies, the sweep counts exactly how many slopes lie below
/// a bound, and each count tells the next bound: after few bounds so few slopes are left that they
/// are written down. Where the sample is too coarse, a new one is taken between the bounds, as in
/// Dillencourt, Mount and Netanyahu (1992). Expected O(n log n) per bound, O(n) memory. The seed is
/// fixed: the same points give the same answer.
struct PairSlopes {
  /// So many slopes per point are written down at once.
  private static let collectedPerPoint = 6
  private static let sampleMin = 384
  private static let sampleMax = 65_536
  private static let roundsMax = 64
  /// Slopes that differ by less than this share of the data's own scale count as equal.
  private static let resolution = 1e-11
  /// A bracket with fewer values of the sample needs a new one.
  private static let placesMin = 6

  /// A bound with the number of slopes up to it.
  private struct Mark {
    var slope: Double
    var count: Int
  }

  let count: Int
  private var sweep: SlopeSweep
  private let scale: Double
  private var random = SplitMix64(seed: 0x5EED)
  private var sample: [Double] = []
  /// Ascending; the first and the last are the infinities.
  private var marks: [Mark]
  /// Slopes written down, and how many are lower.
  private var collected: (below: Int, slopes: RankedValues)?

  /// `x` in ascending order, at least two different values; all finite.
  init(x: [Double], y: [Double]) {
    sweep = SlopeSweep(x: x, y: y)
    count = sweep.pairs
    scale = ((y.max() ?? 0) - (y.min() ?? 0)) / ((x.last ?? 1) - (x.first ?? 0))
    marks = [Mark(slope: -.infinity, count: 0), Mark(slope: .infinity, count: count)]
    if count <= limit { collected = (0, RankedValues(sweep.allSlopes())) }
  }

  private var limit: Int { Self.collectedPerPoint * sweep.count }

  /// The slope of this rank, from 0; 0 if there is no such rank.
  mutating func select(_ rank: Int) -> Double {
    guard rank >= 0, rank < count, scale > 0 else { return 0 }
    var local: [Double]?
    var candidate = 0.0
    for _ in 0..<Self.roundsMax {
      if let found = lookUp(rank) { return found }
      let (low, high) = bracket(rank)
      let inside = high.count - low.count
      if inside <= limit {
        collect(low, upTo: high.slope, rank)
        continue
      }
      let tolerance = Self.resolution * max(abs(candidate), scale)
      if high.slope - low.slope <= 4 * tolerance {
        // All of one value, which stands in the middle.
        return low.slope + (high.slope - low.slope) / 2
      }
      if sample.isEmpty {
        let wanted = min(Self.sampleMax, max(Self.sampleMin, sweep.count))
        sample = sweep.randomSlopes(wanted, using: &random)
        sample.sort()
      }
      var values = local ?? sample
      var (from, to) = (
        Self.place(of: low.slope, in: values), Self.place(of: high.slope, in: values)
      )
      if to - from < Self.placesMin {
        values = resample(low, high, rank)
        local = values
        (from, to) = (0, values.count)
        guard to > 0 else { return candidate }
      }
      candidate = next(rank, low, high, values[from..<to])
    }
    return candidate
  }

  /// Narrows the bracket with one bound, or with two where few slopes lie between. Returns the value
  /// of the sample that is thought to be nearest.
  private mutating func next(
    _ rank: Int, _ low: Mark, _ high: Mark, _ values: ArraySlice<Double>
  ) -> Double {
    let inside = Double(high.count - low.count)
    let size = Double(values.count)
    let at = (Double(rank - low.count) + 0.5) / inside * size
    // The ranks of a sample between two known ones are a Brownian bridge.
    let margin = 2 * (at * (size - at) / size).squareRoot() + 1
    func value(_ place: Double) -> Double {
      values[values.startIndex + Int(min(size - 1, max(0, place)))]
    }
    let candidate = value(at)
    let tolerance = Self.resolution * max(abs(candidate), scale)
    let (from, to) = (value(at - margin) - tolerance, value(at + margin) + tolerance)
    if inside * 2 * margin / size <= Double(limit) / 2, to - from > 4 * tolerance {
      let start = from > low.slope && at > margin ? mark(from, rank) : low
      if start.count <= rank {
        collect(start, upTo: to < high.slope && at + margin < size ? to : high.slope, rank)
      }
    } else {
      // Of a value that many slopes have, first the lower side, then the upper one.
      let isLowerKnown = candidate - tolerance <= low.slope
      _ = mark(isLowerKnown ? candidate + tolerance : candidate - tolerance, rank)
    }
    return candidate
  }

  private static func place(of slope: Double, in values: [Double]) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] <= slope { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func lookUp(_ rank: Int) -> Double? {
    guard let below = collected?.below, rank >= below,
      rank - below < collected?.slopes.values.count ?? 0
    else { return nil }
    return collected?.slopes.select(rank - below)
  }

  /// Writes down the slopes above a mark up to a bound, if they aren't too many.
  private mutating func collect(_ low: Mark, upTo slope: Double, _ rank: Int) {
    move(to: low.slope, rank)
    let found = sweep.collect(upTo: slope, limit: 2 * limit)
    note(Mark(slope: slope, count: low.count + found.count))
    if let slopes = found.slopes { collected = (low.count, RankedValues(slopes)) }
  }

  private mutating func resample(_ low: Mark, _ high: Mark, _ rank: Int) -> [Double] {
    move(to: low.slope, rank)
    let wanted = min(Self.sampleMax, max(Self.sampleMin, sweep.count))
    let positions = (0..<wanted).map { _ in
      Int.random(in: 0..<max(1, high.count - low.count), using: &random)
    }
    var values = sweep.sample(upTo: high.slope, at: positions.sorted())
    values.sort()
    return values
  }

  /// The nearest bounds on both sides of a rank.
  private func bracket(_ rank: Int) -> (low: Mark, high: Mark) {
    let high = marks.firstIndex { $0.count > rank } ?? marks.count - 1
    return (marks[max(0, high - 1)], marks[high])
  }

  /// Counts the slopes up to a bound that is thought to be near the rank.
  private mutating func mark(_ slope: Double, _ rank: Int) -> Mark {
    move(to: slope, rank)
    return marks.first { $0.slope == slope } ?? Mark(slope: slope, count: rank)
  }

  /// The sweep always stands at a mark.
  private mutating func move(to slope: Double, _ rank: Int) {
    guard let known = marks.first(where: { $0.slope == sweep.slope }) else { return }
    let isNear = abs(rank - known.count) <= SlopeSweep.nearPerPoint * sweep.count
    let moved = sweep.move(to: slope, isNear: isNear)
    note(Mark(slope: slope, count: known.count + (slope > known.slope ? moved : -moved)))
  }

  private mutating func note(_ mark: Mark) {
    let place = marks.firstIndex { $0.slope >= mark.slope } ?? marks.count
    if place < marks.count, marks[place].slope == mark.slope { return }
    marks.insert(mark, at: place)
  }
}
