import Bytes
import Handles
import KnowledgeBase
import Testing

@testable import Diagnosis

/// Logs that count the handles of registry keys apart.
@Suite("Handles that are registry keys")
struct KeyShareTests {
  private static func times(_ series: HandleSeries) -> [Timestamp] { series.samples.map(\.time) }

  /// The same series with `share` of its handles counted as keys, at some of its times.
  private static func counted(_ series: HandleSeries, share: Double) -> HandleSeries {
    var series = series
    series.keys = stride(from: 0, to: series.samples.count, by: 50).map { index in
      let sample = series.samples[index]
      return Sample(time: sample.time, handles: Int64(Double(sample.handles) * share))
    }
    return series
  }

  @Test("the share is that of the nearest count")
  func theShareIsThatOfTheNearestCount() throws {
    let series = Fixture.series(samples: 100, perHour: 0)
    let times = Self.times(series)
    let runs = RunSplitter.runs(of: series.samples)
    func keys(_ share: Double, at index: Int) -> Sample {
      Sample(
        time: times[index], handles: Int64(share * Double(series.samples[index].handles)))
    }
    let share = KeyShare(keys: [keys(0.5, at: 80), keys(0.25, at: 20)], runs: runs)
    #expect(share.isKnown)
    for (index, expected) in [(0, 0.25), (20, 0.25), (50, 0.25), (51, 0.5), (99, 0.5)] {
      #expect(abs(share.share(at: times[index]) - expected) < 2e-3, "\(index)")
    }
    #expect(share.keys(of: 1_000, at: times[0]) <= 250)
    #expect(share.keysMax(of: 1_000) == share.keys(of: 1_000, at: times[99]))
  }

  /// A saw with a restart every few samples, at uneven times.
  private static func saw(samples count: Int64, teeth: Int64) -> [Sample] {
    (0..<count).compactMap { index in
      Timestamp(milliseconds: index * 60_000 + index * index % 7_001).map {
        Sample(time: $0, handles: 1_000 + index % teeth * 50)
      }
    }
  }

  /// The share is that of the nearest sample among all runs, before, between and after them.
  @Test("a count is held against the nearest sample of any run")
  func aCountIsHeldAgainstTheNearestSampleOfAnyRun() throws {
    print("aCountIsHeldAgainstTheNearestSampleOfAnyRun: FIXLEVEL_TEST_SEED=\(testSeed)")
    var random = SplitMix64(seed: testSeed)
    for round in 0..<60 {
      let samples = Self.saw(samples: Int64.random(in: 1...400, using: &random), teeth: 20)
      let runs = RunSplitter.runs(of: samples)
      for _ in 0..<30 {
        let millisecond = Int64.random(in: -99_999...25_000_000, using: &random)
        let time = try #require(Timestamp(milliseconds: millisecond))
        let nearest = try #require(
          samples.min {
            ($0.time.milliseconds - millisecond).magnitude
              < ($1.time.milliseconds - millisecond).magnitude
          })
        let share = KeyShare(keys: [Sample(time: time, handles: 77)], runs: runs)
        #expect(
          share.largest == 77 / Double(nearest.handles), "seed \(testSeed), round \(round)")
      }
    }
  }

  /// A restart every few samples and a count of keys with each: the work must not be their product.
  @Test("many restarts with many counts of keys", .timeLimit(.minutes(10)))
  func manyRestartsWithManyCountsOfKeys() {
    let samples = Self.saw(samples: 200_000, teeth: 20)
    let runs = RunSplitter.runs(of: samples)
    #expect(runs.count == 10_000)
    let keys = samples.map { Sample(time: $0.time, handles: $0.handles / 4) }
    #expect(KeyShare(keys: keys, runs: runs).largest == 0.25)
  }

  @Test("without counts every handle is one")
  func withoutCountsEveryHandleIsOne() throws {
    let series = Fixture.series(samples: 20, perHour: 0)
    let runs = RunSplitter.runs(of: series.samples)
    for keys in [[], [Sample(time: try #require(Self.times(series).first), handles: 5)]] {
      let share = KeyShare(keys: keys, runs: keys.isEmpty ? runs : [])
      #expect(!share.isKnown)
      #expect(share.share(at: try #require(Self.times(series).last)) == 1)
      #expect(share.keys(of: .max, at: try #require(Self.times(series).last)) == .max)
      #expect(share.keysMax(of: .max) == .max)
    }
  }

  @Test("hostile counts stay shares")
  func hostileCountsStayShares() throws {
    let series = Fixture.series(samples: 20, perHour: 0)
    let runs = RunSplitter.runs(of: series.samples)
    for handles in [Int64.min, -1, 0, 1, .max] {
      let time = try #require(Self.times(series).first)
      let share = KeyShare(keys: [Sample(time: time, handles: handles)], runs: runs)
      #expect((0...1).contains(share.share(at: time)))
      #expect((0...Int64.max).contains(share.keys(of: .max, at: time)))
      _ = try diagnose(
        DiagnosisRequest(
          series: [
            HandleSeries(
              process: "X", samples: series.samples,
              keys: [Sample(time: time, handles: handles)])
          ], format: "test"))
    }
  }

  @Test("a quarter of the leak takes four times as long")
  func aQuarterOfTheLeakTakesFourTimesAsLong() throws {
    let series = Fixture.series(perHour: 100)
    let all = try Fixture.diagnosis([series])
    let quarter = try Fixture.diagnosis([Self.counted(series, share: 0.25)])
    let end = try #require(all.processes.first?.to)
    let slow = try #require(quarter.processes.first?.wrap.expectedAt).hours(since: end)
    // From the first handle on: 10,000 have leaked already.
    #expect(abs(slow * 25 - (65_536 - 2_500)) < 0.02 * 65_536)
    #expect(quarter.processes.first?.leak == all.processes.first?.leak)
    let said = quarter.assumptions.filter { $0.contains("counts registry keys apart") }
    #expect(said.count == 1)
    #expect(said.first?.contains("25 %") == true || said.first?.contains("24.9 %") == true)
    #expect(!all.assumptions.contains { $0.contains("counts registry keys apart") })
  }

  @Test("few keys rule a wrap out")
  func fewKeysRuleAWrapOut() throws {
    let wrapped = Fixture.series(perHour: 800)
    #expect(try Fixture.diagnosis([wrapped]).wrap == .happened)
    let few = try Fixture.diagnosis([Self.counted(wrapped, share: 0.1)])
    #expect(few.wrap == .expected)
    #expect(few.processes.first?.wrap.pastWraps == 0)
    let high = Fixture.series(base: 70_000, perHour: 0)
    #expect(try Fixture.diagnosis([high]).wrap == .cannotTell)
    #expect(try Fixture.diagnosis([Self.counted(high, share: 0.5)]).wrap == .notExpected)
  }
}
