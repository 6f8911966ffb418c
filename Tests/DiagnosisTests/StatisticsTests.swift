import Bytes
import Diagnosis
import Testing

@Suite("Statistics of a trend")
struct StatisticsTests {
  /// The series of `Vectors/generate.py`.
  private static func series(_ kind: String, _ count: Int, seed: Int) -> ([Double], [Double]) {
    var state = seed
    var (walk, place) = (0, 0)
    var (x, y): ([Double], [Double]) = ([], [])
    for k in 0..<count {
      state = (1_103_515_245 * state + 12_345) % (1 << 31)
      let r = state >> 16
      walk += r % 11 - 5
      let value =
        switch kind {
        case "noise": r % 100
        case "trend": 3 * k / 2 + r % 50
        case "decline": r % 40 - k
        case "ties": r % 3
        case "walk": walk
        case "constant": 7
        case "lumps": 25 * (k / 9)
        default: place / 2 + r % 30
        }
      y.append(Double(value))
      x.append(Double(kind == "irregular" ? place : k))
      if kind == "irregular" { place += r % 4 == 0 ? 0 : 1 + r % 7 }
    }
    return (x, y)
  }

  private static func agree(_ ours: Double, _ theirs: Double) -> Bool {
    abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))
  }

  @Test("Mann-Kendall agrees with pyMannKendall", arguments: statisticsVectors)
  func mannKendallAgreesWithPymannkendall(vector: StatisticsVector) {
    let (_, y) = Self.series(vector.kind, vector.count, seed: vector.seed)
    let test = MannKendall(y)
    #expect(test.score == vector.score)
    #expect(Self.agree(test.variance, vector.variance))
    #expect(Self.agree(test.z, vector.z))
    #expect(Self.agree(test.pValue, vector.p))
  }

  /// Runs between restarts add up as seasons and stations do.
  @Test("sums agree with pyMannKendall", arguments: sumVectors)
  func sumsAgreeWithPymannkendall(vector: SumVector) {
    let parts = (0..<vector.columns).map { column in
      guard vector.isSeasonal else {
        return Self.series(vector.kind, vector.count, seed: vector.seed + column).1
      }
      let (_, y) = Self.series(vector.kind, vector.count, seed: vector.seed)
      return stride(from: column, to: y.count, by: vector.columns).map { y[$0] }
    }
    let sum = parts.map { MannKendall($0) }.reduce(MannKendall(), +)
    #expect(sum.score == vector.score)
    #expect(Self.agree(sum.variance, vector.variance))
    #expect(Self.agree(sum.z, vector.z))
    #expect(Self.agree(sum.pValue, vector.p))
    #expect(Self.agree(sum.tau, vector.tau))
  }

  @Test(
    "Hamed-Rao agrees with pyMannKendall",
    arguments: statisticsVectors.filter { $0.correctedVariance != nil })
  func hamedRaoAgreesWithPymannkendall(vector: StatisticsVector) throws {
    let (_, y) = Self.series(vector.kind, vector.count, seed: vector.seed)
    let places = y.indices.map { Double($0 + 1) }
    let slope = try #require(TheilSen(x: places, y: y)).slope
    let factor = MannKendall.hamedRaoFactor(residuals: zip(places, y).map { $1 - $0 * slope })
    var test = MannKendall(y)
    test.variance *= factor
    #expect(Self.agree(test.variance, try #require(vector.correctedVariance)))
    if let z = vector.correctedZ { #expect(Self.agree(test.z, z)) }
  }

  @Test("Theil-Sen agrees with SciPy", arguments: statisticsVectors)
  func theilSenAgreesWithScipy(vector: StatisticsVector) throws {
    let (x, y) = Self.series(vector.kind, vector.count, seed: vector.seed)
    let line = try #require(TheilSen(x: x, y: y))
    #expect(Self.agree(line.slope, vector.slope))
    #expect(Self.agree(line.intercept, vector.intercept))
    #expect(Self.agree(line.lower, vector.lower))
    #expect(Self.agree(line.upper, vector.upper))
  }

  /// Selection without storage against all slopes written down, at every kind of rank.
  @Test(
    "selected slopes equal sorted slopes",
    arguments: ["noise", "trend", "ties", "walk", "lumps", "irregular"])
  func selectedSlopesEqualSortedSlopes(kind: String) throws {
    let (x, y) = Self.series(kind, 600, seed: Int(testSeed % 1_000))
    var slopes: [Double] = []
    for later in x.indices {
      for earlier in 0..<later where x[later] > x[earlier] {
        slopes.append((y[later] - y[earlier]) / (x[later] - x[earlier]))
      }
    }
    slopes.sort()
    for confidence in [0.05, 0.95] {
      let line = try #require(TheilSen(x: x, y: y, confidence: confidence))
      let middle = slopes.count / 2
      let median =
        slopes.count.isMultiple(of: 2) ? (slopes[middle - 1] + slopes[middle]) / 2 : slopes[middle]
      #expect(Self.agree(line.slope, median))
      #expect(line.lower <= line.slope && line.slope <= line.upper)
    }
  }

  @Test("sums of runs add scores and variances")
  func sumsOfRunsAddScoresAndVariances() {
    let one = MannKendall([1, 2, 3, 5])
    let sum = one + MannKendall([9, 8, 8])
    #expect(sum.score == 6 - 2)
    #expect(sum.pairs == 9)
    #expect(sum.variance == one.variance + MannKendall([9, 8, 8]).variance)
    #expect((one + MannKendall()).z == one.z)
  }

  @Test("tiny series have no trend", arguments: [[], [1], [1, 1], [3, 1]] as [[Double]])
  func tinySeriesHaveNoTrend(values: [Double]) {
    let test = MannKendall(values)
    #expect(test.pValue > 0.3 && test.pValue <= 1)
    #expect(test.tau >= -1 && test.tau <= 1)
    #expect(MannKendall.hamedRaoFactor(residuals: values) == 1)
  }

  @Test("no line through one time")
  func noLineThroughOneTime() {
    #expect(TheilSen(x: [], y: []) == nil)
    #expect(TheilSen(x: [1], y: [1]) == nil)
    #expect(TheilSen(x: [2, 2, 2], y: [1, 2, 3]) == nil)
    #expect(TheilSen(x: [1, 2], y: [1]) == nil)
    #expect(TheilSen(x: [1, 2], y: [1, 2], confidence: 1) == nil)
    #expect(TheilSen(x: [0, 1], y: [5, 7])?.slope == 2)
  }

  @Test("median and selection agree with sorting")
  func medianAndSelectionAgreeWithSorting() {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<300 {
      let count = Int.random(in: 1...40, using: &random)
      let values = (0..<count).map { _ in Double(Int.random(in: -5...5, using: &random)) }
      let sorted = values.sorted()
      for rank in values.indices {
        var scratch = values
        #expect(OrderStatistics.select(rank, in: &scratch) == sorted[rank], "seed \(testSeed)")
      }
      #expect(OrderStatistics.median(values) == (sorted[(count - 1) / 2] + sorted[count / 2]) / 2)
    }
    #expect(OrderStatistics.median([]) == nil)
    #expect(OrderStatistics.medianAbsoluteDeviation([]) == nil)
    #expect(OrderStatistics.medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]) == 1)
    #expect(OrderStatistics.ranks([3, 1, 3, 2]) == [3.5, 1, 3.5, 2])
  }

  /// Values from tables of the normal distribution.
  @Test(
    "normal quantiles",
    arguments: [(0.975, 1.959963984540054), (0.995, 2.5758293035489004), (0.5, 0)])
  func normalQuantiles(probability: Double, quantile: Double) throws {
    let found = try #require(OrderStatistics.normalQuantile(probability))
    #expect(abs(found - quantile) < 1e-12)
    let mirrored = try #require(OrderStatistics.normalQuantile(1 - probability))
    #expect(abs(mirrored + quantile) < 1e-12)
  }

  @Test("no quantile outside the open interval")
  func noQuantileOutsideTheOpenInterval() {
    for probability in [0, 1, -1, 2, Double.nan] {
      #expect(OrderStatistics.normalQuantile(probability) == nil)
    }
  }
}
