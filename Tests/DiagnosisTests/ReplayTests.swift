import Bytes
import Handles
import Testing

@testable import Diagnosis

/// The replay skips what can't matter; the reference here opens and closes everything.
@Suite("Replaying a log")
struct ReplayTests {
  @Test("a count that has no effect is the same as moving")
  func aCountThatHasNoEffectIsTheSameAsMoving() {
    var random = SplitMix64(seed: testSeed)
    var counted = 0
    for _ in 0..<50_000 {
      var block = KeyControlBlock(
        kernel: Bool.random(using: &random) ? .affected : .fixed,
        closeAtZero: Bool.random(using: &random) ? .article : .decrement)
      block.open(Int64.random(in: 0...140_000, using: &random))
      block.close(Int64.random(in: 0...70_000, using: &random))
      let change =
        Bool.random(using: &random)
        ? Int64.random(in: -70_000...70_000, using: &random)
        : Int64.random(in: .min ... .max, using: &random)
      let before = block
      var moved = block
      let effect = moved.move(change)
      if block.count(change) {
        counted += 1
        #expect(block == moved, "seed \(testSeed)")
        #expect(effect == KeyControlBlock.Effect(), "seed \(testSeed)")
      } else {
        #expect(block == before, "seed \(testSeed)")
      }
    }
    #expect(counted > 5_000)
  }

  private static let extremes: [Int64] = [0, 65_534, 65_535, 65_536, 65_537, 131_071, 131_072]

  private static func series(_ random: inout SplitMix64, pid: Int64) -> HandleSeries {
    var handles: Int64 = 0
    let start = Int64.random(in: 0...50, using: &random)
    // Every second process is read at times of its own.
    let offset = Bool.random(using: &random) ? Int64.random(in: 0..<60_000, using: &random) : 0
    return HandleSeries(
      process: "X", pid: pid,
      samples: (0..<Int64.random(in: 5...60, using: &random)).compactMap { index in
        switch Int.random(in: 0..<8, using: &random) {
        case 0: handles = extremes.randomElement(using: &random) ?? 0
        case 1: handles = Int64.random(in: 0...300_000, using: &random)
        default: handles = max(0, handles + Int64.random(in: -3...9_000, using: &random))
        }
        return Timestamp(milliseconds: (start + index) * 60_000 + offset).map {
          Sample(time: $0, handles: handles + 100)
        }
      })
  }

  /// Looks at every process anew for every piece of time.
  private struct Reference {
    struct Rise {
      let since: Timestamp
      let time: Timestamp
      let handles: Int64

      var perHour: Double { Double(handles) / time.hours(since: since) }
    }

    var block: KeyControlBlock
    var exposure = 0.0
    var wraps: Int64 = 0
    private var rises: [Rise] = []
    /// Rises before falls before what a run begins with.
    private var changes: [(time: Timestamp, rank: Int, handles: Int64)] = []

    init(_ processes: [ProcessHistory], kernel: Kernel, end: Timestamp?) {
      block = KeyControlBlock(kernel: kernel)
      for process in processes { add(process) }
      changes.sort { ($0.time, $0.rank) < ($1.time, $1.rank) }
      let times = Set(changes.map(\.time) + rises.map(\.since) + (end.map { [$0] } ?? []))
      var before: Timestamp?
      for time in times.sorted() {
        if let before { pass(from: before, to: time) }
        while let change = changes.first, change.time == time {
          let effect =
            change.handles > 0 ? block.open(change.handles) : block.close(-change.handles)
          wraps += effect.wraps
          changes.removeFirst()
        }
        before = time
      }
    }

    private mutating func add(_ process: ProcessHistory) {
      var held: Int64 = 0
      for run in process.runs {
        if let first = run.samples.first { changes.append((first.time, 1, -held)) }
        held = 0
        var before: Timestamp?
        for sample in run.samples {
          let change = sample.handles - run.baseline - held
          held += change
          if let since = before, change > 0 {
            rises.append(Rise(since: since, time: sample.time, handles: change))
            changes.append((sample.time, 0, change))
          } else {
            changes.append((sample.time, change < 0 ? 1 : 2, change))
          }
          before = sample.time
        }
      }
      if !process.isRunning, let last = process.last { changes.append((last.time, 1, -held)) }
    }

    private mutating func pass(from start: Timestamp, to end: Timestamp) {
      guard block.storage != .freed else { return }
      let rises = rises.filter { $0.since <= start && start < $0.time }
      let low =
        Double(block.outstanding)
        + rises.reduce(0) {
          $0 + $1.perHour * start.hours(since: $1.since)
        }
      let rate = rises.reduce(0) { $0 + $1.perHour }
      let hours = end.hours(since: start)
      if rate > 0 {
        exposure += (Self.dangerous(below: low + rate * hours) - Self.dangerous(below: low)) / rate
      } else if low >= 65_535, (low - 65_535).truncatingRemainder(dividingBy: 65_536) < 2 {
        exposure += hours
      }
    }

    /// How much of the way from 0 handles up to so many lies in windows.
    private static func dangerous(below count: Double) -> Double {
      guard count > 65_535 else { return 0 }
      let beyond = count - 65_535
      let whole = (beyond / 65_536).rounded(.down)
      return 2 * whole + min(2, beyond - 65_536 * whole)
    }
  }

  @Test("a replay does what every open and close does", arguments: [1, 2, 4])
  func aReplayDoesWhatEveryOpenAndCloseDoes(processes: Int) throws {
    var random = SplitMix64(seed: testSeed &+ UInt64(processes))
    var wrapped = 0
    for round in 0..<400 {
      let series = (0..<Int64(processes)).map { Self.series(&random, pid: $0) }
      let histories = try ProcessHistory.all(of: series)
      let end = histories.compactMap(\.last?.time).max()
      let replay = Replay(histories, end: end)
      let affected = Reference(histories, kernel: .affected, end: end)
      let fixed = Reference(histories, kernel: .fixed, end: end)
      guard replay.wraps.count > 0 || replay.affected.history.exposure > 0 else {
        #expect(affected.wraps == 0, "seed \(testSeed), round \(round)")
        continue
      }
      wrapped += 1
      #expect(replay.wraps.count == affected.wraps, "seed \(testSeed), round \(round)")
      let exposure = replay.affected.history.exposure
      #expect(
        abs(exposure - affected.exposure) <= 1e-6 * affected.exposure + 1e-9,
        "seed \(testSeed), round \(round)")
      #expect(replay.affected.block == affected.block, "seed \(testSeed), round \(round)")
      #expect(replay.fixed.block == fixed.block, "seed \(testSeed), round \(round)")
    }
    #expect(wrapped > 100)
  }
}
