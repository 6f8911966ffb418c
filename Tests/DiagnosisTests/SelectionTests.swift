import Bytes
import Handles
import Testing

@testable import Diagnosis

@Suite("Selecting order statistics")
struct SelectionTests {
  /// Input on which the median of three as pivot takes quadratic time (Musser 1997), and others that
  /// are hard for one rule or another: each value is looked at a few times, not once per value.
  @Test(
    "each value is looked at a few times",
    arguments: ["killer", "organ", "sorted", "equal", "two", "random"])
  func selectionLooksAtEachValueAFewTimes(kind: String) {
    let half = 20_000
    var random = SplitMix64(seed: testSeed)
    let values: [Double] =
      switch kind {
      case "killer":
        (1...half).map { Double($0 % 2 == 1 ? $0 : half + $0 - 1) }
          + (1...half).map { Double(2 * $0) }
      case "organ": (0..<half).map(Double.init) + (0..<half).reversed().map(Double.init)
      case "sorted": (0..<(2 * half)).map(Double.init)
      case "equal": [Double](repeating: 7, count: 2 * half)
      case "two": (0..<(2 * half)).map { Double($0 % 2) }
      default: (0..<(2 * half)).map { _ in random.unit() }
      }
    let sorted = values.sorted()
    for rank in [0, half / 2, half, 2 * half - 1] {
      var scratch = values
      let steps = scratch.withUnsafeMutableBufferPointer {
        Selection.place(rank, in: $0, within: 0..<$0.count)
      }
      #expect(steps <= 6 * values.count, "\(kind), seed \(testSeed)")
      #expect(scratch[rank] == sorted[rank])
      #expect(scratch[..<rank].allSatisfy { $0 <= sorted[rank] })
      #expect(scratch[rank...].allSatisfy { $0 >= sorted[rank] })
    }
  }

  /// Every rank of slopes that are all different, mostly equal, or of few x.
  @Test("pair slopes are selected as if sorted", arguments: [40, 90, 400])
  func pairSlopesAreSelectedAsIfSorted(count: Int) {
    var random = SplitMix64(seed: testSeed)
    for kind in 0..<4 {
      let x = (0..<count).map { Double(kind == 3 ? $0 / 5 : $0) }
      let y = x.map { x in
        switch kind {
        case 0: x * 0.3 + random.unit()
        case 1: Double(Int.random(in: 0...2, using: &random))
        case 2: x / 7 + Double(Int.random(in: 0...9, using: &random))
        default: Double(Int.random(in: 0...50, using: &random))
        }
      }
      var sorted: [Double] = []
      for later in x.indices {
        for earlier in 0..<later where x[later] > x[earlier] {
          sorted.append((y[later] - y[earlier]) / (x[later] - x[earlier]))
        }
      }
      sorted.sort()
      var slopes = PairSlopes(x: x, y: y)
      #expect(slopes.count == sorted.count)
      for place in 0...20 {
        let rank = min(sorted.count - 1, sorted.count * place / 20)
        let found = slopes.select(rank)
        #expect(abs(found - sorted[rank]) <= 1e-9, "kind \(kind), seed \(testSeed)")
      }
    }
  }

  /// The interval of the wrap time holds the truth where noise stays and where it piles up.
  @Test("the drift's interval holds the truth", arguments: [false, true])
  func theDriftsIntervalHoldsTheTruth(arrivesAtRandom: Bool) throws {
    var generator = TraceGenerator(seed: testSeed)
    let trials = 300
    var held = 0
    for _ in 0..<trials {
      var level = 0.0
      let counts = (0..<240).map { _ -> Double in
        level += arrivesAtRandom ? generator.poisson(3) : 3
        return level + (arrivesAtRandom ? 0 : 20 * generator.normal())
      }
      let profile = Profile(hours: (0..<240).map { Double($0) + 1 }, counts: counts)
      let model = try #require(
        DriftModel([profile], end: (240, level), noise: arrivesAtRandom ? 0 : 20))
      let opens = 15_000.0
      // The time of so many arrivals is nearly normal.
      let extra = arrivesAtRandom ? opens.squareRoot() * generator.normal() : 0
      let hours = (opens + extra) / 3
      let rates = model.rates(toOpen: opens)
      // An interval that says nothing holds any truth.
      #expect(rates.lowerBound > 1 && rates.upperBound < 6, "seed \(testSeed)")
      if rates.contains(opens / hours) { held += 1 }
    }
    let coverage = Double(held) / Double(trials)
    print("coverage \(coverage), random arrivals \(arrivesAtRandom), seed \(testSeed)")
    #expect(coverage >= 0.88, "seed \(testSeed)")
  }
}
