import Bytes
import Handles
import Testing

@testable import Diagnosis

/// How long a log's processes keep the count of their key in the dangerous windows.
@Suite("Danger windows in a replayed log")
struct ReplayWindowsTests {
  typealias Count = (minute: Int64, handles: Int64)

  private static func series(_ counts: [Count], pid: Int64 = 1) -> HandleSeries {
    HandleSeries(
      process: "X", pid: pid,
      samples: counts.compactMap { count in
        Timestamp(milliseconds: count.minute * 60_000).map {
          Sample(time: $0, handles: count.handles)
        }
      })
  }

  /// A sample every `step` minutes from the first minute on: 100 handles and what has leaked by then.
  private static func counts(
    _ minutes: Range<Int64>, every step: Int64 = 60, leaked: (Int64) -> Int64
  ) -> [Count] {
    stride(from: minutes.lowerBound, to: minutes.upperBound, by: Int(step))
      .map { ($0, 100 + leaked($0)) }
  }

  private static func exposure(_ series: [HandleSeries]) throws -> Double {
    let histories = try ProcessHistory.all(of: series)
    return Replay(histories, end: histories.compactMap(\.last?.time).max())
      .affected.history.exposure
  }

  private static func chanceFreed(_ series: [HandleSeries]) throws -> Double {
    try #require(try Fixture.diagnosis(series).byServicePack.first?.simulation).chanceFreed
  }

  /// 480 handles an hour through the wrap, then nothing more: the window is crossed once, at the
  /// rate of all processes together.
  @Test("processes cross a window together", arguments: [1, 2, 4, 8])
  func processesCrossAWindowTogether(processes: Int64) throws {
    let series = (1...processes).map { pid in
      Self.series(
        Self.counts(0..<20_000, every: 10) { min($0 * 8, 66_400) / processes }, pid: pid)
    }
    #expect(abs(try Self.exposure(series) - 2 / 480.0) < 1e-9)
    let chance = DangerWindows(leakPerHour: 480, outstanding: 0, closeAtZero: .article)
      .chanceFreed(pairsPerHour: Assumptions.touchesPerHour, within: 200)
    #expect(abs(try Self.chanceFreed(series) - chance) < 0.02)
  }

  /// However a count is shared out, the kernel sees its sum.
  @Test("several processes are their sum")
  func severalProcessesAreTheirSum() throws {
    print("severalProcessesAreTheirSum: FIXLEVEL_TEST_SEED=\(testSeed)")
    var random = SplitMix64(seed: testSeed)
    var exposed = 0
    for round in 0..<300 {
      let processes = Int.random(in: 2...9, using: &random)
      var held = [Int64](repeating: 0, count: processes)
      var counts = [[Count]](repeating: [], count: processes)
      var sums: [Count] = []
      var minute: Int64 = 0
      for step in 0..<40 {
        // From nothing to just below a window at once; all rise together or stay where they are.
        let rises = step > 0 && Bool.random(using: &random)
        for index in held.indices {
          if step == 1 { held[index] = 65_536 / Int64(processes) - 20 }
          if step > 1, rises { held[index] += Int64.random(in: 0...9, using: &random) }
          counts[index].append((minute, 50 + held[index]))
        }
        sums.append((minute, 50 + held.reduce(0, +)))
        minute += Int64.random(in: 1...90, using: &random)
      }
      let one = try Self.exposure([Self.series(sums)])
      let all = try Self.exposure(counts.enumerated().map { Self.series($1, pid: Int64($0)) })
      #expect(abs(one - all) <= 1e-6 * max(1, one), "seed \(testSeed), round \(round)")
      if one > 0 { exposed += 1 }
    }
    #expect(exposed > 100)
  }

  /// Samples of one process between those of another: what both have opened by then counts.
  @Test("processes need not be read at the same times")
  func processesNeedNotBeReadAtTheSameTimes() throws {
    let apart = try Self.exposure([
      Self.series(Self.counts(0..<42_000) { $0 / 60 * 50 }, pid: 1),
      Self.series(Self.counts(17..<42_017) { $0 / 60 * 50 }, pid: 2),
    ])
    #expect(abs(apart - 2 / 100.0) < 1e-9)
  }

  private static let hour: Int64 = 60

  /// Climbs for 48 hours, then holds what it has for 30 days; then 900 more at once.
  private static func stay(_ leaked: Int64, pid: Int64 = 1) -> HandleSeries {
    series(
      counts(0..<48 * hour) { leaked * $0 / (48 * hour) }
        + counts(48 * hour..<768 * hour) { _ in leaked }
        + counts(768 * hour..<800 * hour) { _ in leaked + 900 }, pid: pid)
  }

  /// A pair meets a count that stays where a close is dangerous as surely as the log is long.
  @Test("time that a count stays in a window is counted", arguments: [65_535, 65_536, 131_072])
  func timeThatACountStaysInAWindowIsCounted(leaked: Int64) throws {
    let one = Self.stay(leaked)
    #expect((719...719.1).contains(try Self.exposure([one])))
    #expect(try Self.chanceFreed([one]) == 1)
    let halves = [leaked / 2, leaked - leaked / 2].enumerated().map {
      Self.stay($1, pid: Int64($0))
    }
    #expect((719...719.1).contains(try Self.exposure(halves)))
    #expect(try Self.exposure([Self.stay(leaked + 2)]) < 0.1)
    #expect(try Self.exposure([Self.stay(leaked - 1_000)]) < 0.1)
  }

  /// The time beyond a process's last sample, up to the end of its host's log.
  @Test("a count stays until the log ends")
  func aCountStaysUntilTheLogEnds() throws {
    let held = Self.series(Self.counts(0..<6_000) { $0 < 3_000 ? 0 : 65_536 }, pid: 1)
    let alone = try Self.exposure([held])
    #expect(abs(alone - 49) < 0.1)
    let other = Self.series([(0, 10), (5_940 + 90, 10)], pid: 2)
    #expect(abs(try Self.exposure([held, other]) - alone - 1.5) < 1e-9)
  }

  /// When between two samples the handles of one run were closed and those of the next opened isn't
  /// known: they are never added.
  @Test("a restart is no climb through the window")
  func aRestartIsNoClimbThroughTheWindow() throws {
    let first = Self.counts(0..<60, every: 1) { 1_100 * $0 }
    let second = Self.counts(60..<90, every: 1) { $0 == 60 ? 2_000 : 900 }
    #expect(try Self.exposure([Self.series(first + second)]) == 0)
    #expect(try ProcessHistory.all(of: [Self.series(first + second)])[0].runs.count == 2)
  }
}
