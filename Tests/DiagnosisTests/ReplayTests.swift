import Testing

@testable import Diagnosis

/// The replay skips what can't matter; the reference here opens and closes everything.
@Suite struct ReplayTests {
  @Test func aCountThatHasNoEffectIsTheSameAsMoving() {
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
    return HandleSeries(
      process: "X", pid: pid,
      samples: (0..<Int64.random(in: 5...60, using: &random)).compactMap { index in
        switch Int.random(in: 0..<8, using: &random) {
        case 0: handles = extremes.randomElement(using: &random) ?? 0
        case 1: handles = Int64.random(in: 0...300_000, using: &random)
        default: handles = max(0, handles + Int64.random(in: -3...9_000, using: &random))
        }
        return Timestamp(milliseconds: (start + index) * 60_000).map {
          Sample(time: $0, handles: handles + 100)
        }
      })
  }

  private struct Reference {
    var block: KeyControlBlock
    var exposure = 0.0
    var wraps: Int64 = 0

    init(_ processes: [ProcessHistory], kernel: Kernel) {
      block = KeyControlBlock(kernel: kernel)
      var changes: [(time: Timestamp, hours: Double, handles: Int64)] = []
      for process in processes {
        var held: Int64 = 0
        for run in process.runs {
          if let first = run.samples.first { changes.append((first.time, 0, -held)) }
          held = 0
          var before: Timestamp?
          for sample in run.samples {
            let last = before ?? Self.end(before: run, of: process)
            let hours = last.map { sample.time.hours(since: $0) } ?? 0
            changes.append((sample.time, hours, sample.handles - run.baseline - held))
            held = sample.handles - run.baseline
            before = sample.time
          }
        }
        if !process.isRunning, let last = process.last { changes.append((last.time, 0, -held)) }
      }
      let inOrder = changes.enumerated().sorted {
        ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
      }
      for (_, change) in inOrder where change.handles != 0 {
        if change.handles > 0, change.hours > 0, block.storage != .freed {
          exposure +=
            DangerWindows(
              leakPerHour: Double(change.handles) / change.hours, outstanding: block.outstanding,
              closeAtZero: .article
            ).exposure(within: change.hours)
        }
        let effect =
          change.handles > 0 ? block.open(change.handles) : block.close(-change.handles)
        wraps += effect.wraps
      }
    }

    private static func end(before run: Run, of process: ProcessHistory) -> Timestamp? {
      process.runs.last { $0.samples.endIndex <= run.samples.startIndex }?.samples.last?.time
    }
  }

  @Test(arguments: [1, 2, 4])
  func aReplayDoesWhatEveryOpenAndCloseDoes(processes: Int) throws {
    var random = SplitMix64(seed: testSeed &+ UInt64(processes))
    var wrapped = 0
    for round in 0..<400 {
      let series = (0..<Int64(processes)).map { Self.series(&random, pid: $0) }
      let histories = try ProcessHistory.all(of: series)
      let end = histories.compactMap(\.last?.time).max()
      let replay = Replay(histories, end: end)
      let affected = Reference(histories, kernel: .affected)
      let fixed = Reference(histories, kernel: .fixed)
      guard replay.wraps.count > 0 || replay.affected.history.exposure > 0 else {
        #expect(affected.wraps == 0, "seed \(testSeed), round \(round)")
        continue
      }
      wrapped += 1
      #expect(replay.wraps.count == affected.wraps, "seed \(testSeed), round \(round)")
      let exposure = replay.affected.history.exposure
      #expect(
        abs(exposure - affected.exposure) <= 1e-9 * affected.exposure,
        "seed \(testSeed), round \(round)")
      #expect(replay.affected.block == affected.block, "seed \(testSeed), round \(round)")
      #expect(replay.fixed.block == fixed.block, "seed \(testSeed), round \(round)")
    }
    #expect(wrapped > 100)
  }
}
