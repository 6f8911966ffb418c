import Bytes
import Diagnosis
import Foundation
import Handles
import Testing

@Suite("Finding leaks")
struct LeakDetectorTests {
  static let seedsPerBehaviour: UInt64 = 6

  private static func trace(_ behaviour: Behaviour, seed: UInt64) -> Trace {
    let salt = UInt64(Behaviour.allCases.firstIndex(of: behaviour) ?? 0)
    var generator = TraceGenerator(seed: testSeed &* 1_000 &+ salt &* 100 &+ seed)
    return generator.trace(behaviour)
  }

  @Test("precision and recall on a mixed fleet")
  func precisionAndRecallOnAMixedFleet() {
    var (hits, alarms, leaks) = (0, 0, 0)
    var wrong: [String] = []
    for behaviour in Behaviour.allCases {
      for seed in 0..<Self.seedsPerBehaviour {
        let leak = LeakDetector.find(in: Self.trace(behaviour, seed: seed).samples)
        if behaviour.leaks { leaks += 1 }
        if leak.finding == .leaking { alarms += 1 }
        if leak.finding == .leaking, behaviour.leaks { hits += 1 }
        if (leak.finding == .leaking) != behaviour.leaks {
          wrong.append("\(behaviour) \(seed): \(leak.finding) \(leak.reasons)")
        }
      }
    }
    let precision = Double(hits) / Double(max(1, alarms))
    let recall = Double(hits) / Double(leaks)
    print("precision \(precision), recall \(recall), seed \(testSeed)")
    let list = wrong.joined(separator: "\n")
    #expect(precision >= 0.9, "seed \(testSeed)\n\(list)")
    #expect(recall >= 0.9, "seed \(testSeed)\n\(list)")
    #expect(leaks == 12 * Int(Self.seedsPerBehaviour))
  }

  /// Not only on the average: no kind of leak is missed, no harmless kind is called a leak, in more
  /// than a quarter of its traces.
  @Test("every behaviour is mostly right", arguments: Behaviour.allCases)
  func everyBehaviourIsMostlyRight(behaviour: Behaviour) {
    let right = (0..<Self.seedsPerBehaviour).count {
      let leak = LeakDetector.find(in: Self.trace(behaviour, seed: 50 + $0).samples)
      return (leak.finding == .leaking) == behaviour.leaks
    }
    #expect(right >= Int(Self.seedsPerBehaviour) * 3 / 4, "\(behaviour), seed \(testSeed)")
  }

  @Test(
    "the rate is near the truth",
    arguments: [Behaviour.slowLeak, .leakWithSpikes, .leakWithGaps, .sawtooth])
  func theRateIsNearTheTruth(behaviour: Behaviour) throws {
    for seed in 0..<Self.seedsPerBehaviour {
      let trace = Self.trace(behaviour, seed: seed)
      let leak = LeakDetector.find(in: trace.samples)
      guard leak.finding == .leaking else { continue }
      let rate = try #require(leak.handlesPerHour)
      #expect(abs(rate - trace.handlesPerHour) < 0.15 * trace.handlesPerHour, "\(seed)")
      let interval = try #require(leak.interval)
      #expect(interval.contains(rate))
      #expect(interval.lowerBound > 0)
    }
  }

  @Test("a late leak is dated near its onset")
  func aLateLeakIsDatedNearItsOnset() throws {
    for seed in 0..<Self.seedsPerBehaviour {
      let samples = Self.trace(.lateOnset, seed: seed).samples
      let leak = LeakDetector.find(in: samples)
      guard leak.finding == .leaking, let first = samples.first, let last = samples.last else {
        continue
      }
      let since = try #require(leak.since)
      let span = last.time.hours(since: first.time)
      #expect(abs(since.hours(since: first.time) - 0.55 * span) < 0.08 * span, "\(seed)")
    }
  }

  /// So many tests need no correction of their own: neither with independent noise nor with noise
  /// that remembers a twelfth of the log.
  @Test("a thousand steady series give next to no alarm", arguments: [0, 0.9])
  func aThousandSteadySeriesGiveNextToNoAlarm(memory: Double) throws {
    let start = try #require(TraceGenerator.start)
    var generator = TraceGenerator(seed: testSeed)
    let alarms = (0..<1_000).count { _ in
      var level = 0.0
      let samples = (0..<120).compactMap { index in
        level = memory * level + (1 - memory * memory).squareRoot() * generator.normal()
        let handles = Int64((500 + 40 * level).rounded())
        return start.adding(hours: Double(index) / 4).map { Sample(time: $0, handles: handles) }
      }
      return LeakDetector.find(in: samples).finding == .leaking
    }
    print("\(alarms) alarms of 1,000 series, memory \(memory), seed \(testSeed)")
    #expect(alarms <= (memory == 0 ? 2 : 8), "seed \(testSeed)")
  }

  /// The character of the recorded log: quarter-second samples over a minute and a half, a leak of
  /// about three handles a second, a spooler that works in bursts, a constant.
  @Test("short recordings of real processes")
  func shortRecordingsOfRealProcesses() throws {
    var random = SplitMix64(seed: testSeed)
    var (leaking, bursts, level): (Int64, Int64, Int64) = (5, 59, 3)
    var series: [[Sample]] = [[], [], []]
    for step in 0..<360 {
      let time = try #require(
        TraceGenerator.start?.adding(hours: Double(step) * 0.2504 / 3_600))
      if random.unit() < 0.5 { leaking += Int64.random(in: 0...3, using: &random) }
      if step % 8 == 0 {
        level = random.unit() < 0.4 ? Int64.random(in: 20...93, using: &random) : 3
      }
      bursts = step < 6 ? 59 : level
      for (index, handles) in [leaking, bursts, 143].enumerated() {
        series[index].append(Sample(time: time, handles: handles))
      }
    }
    let found = series.map { LeakDetector.find(in: $0) }
    #expect(found.map(\.finding) == [.leaking, .steady, .steady])
    let rate = try #require(found[0].handlesPerHour)
    #expect((8_000...14_000).contains(rate))
    #expect(found[2].handlesPerHour == 0)
    #expect(found[2].pValue == 1)
  }

  @Test("few samples say nothing", arguments: 0..<12)
  func fewSamplesSayNothing(count: Int) {
    let samples = (0..<count).map { sample(at: Int64($0), handles: Int64($0) * 100) }
    let leak = LeakDetector.find(in: samples)
    #expect(leak.finding == .insufficientData)
    #expect(leak.handlesPerHour == nil)
    #expect(leak.since == nil)
    #expect(!leak.reasons.isEmpty)
  }

  @Test("the order of the upload does not matter")
  func theOrderOfTheUploadDoesNotMatter() {
    let trace = Self.trace(.leakUnderNoise, seed: 3).samples
    var random = SplitMix64(seed: testSeed)
    let leak = LeakDetector.find(in: trace)
    #expect(LeakDetector.find(in: trace.shuffled(using: &random)) == leak)
    #expect(LeakDetector.find(in: trace.reversed()) == leak)
    #expect(LeakDetector.find(in: trace + trace) == leak)
  }

  /// A base that is added, or a clock that is moved, changes no finding.
  @Test("level and clock do not matter", arguments: Behaviour.allCases)
  func levelAndClockDoNotMatter(behaviour: Behaviour) throws {
    let trace = Self.trace(behaviour, seed: 1).samples
    let moved = try trace.map { sample in
      Sample(time: try #require(sample.time.adding(hours: 240)), handles: sample.handles + 10_000)
    }
    let (here, there) = (LeakDetector.find(in: trace), LeakDetector.find(in: moved))
    #expect(here.finding == there.finding)
    #expect(here.pValue == there.pValue)
  }

  private func sample(at minute: Int64, handles: Int64) -> Sample {
    let start = 920_246_400_000 + minute * 60_000
    guard let time = Timestamp(milliseconds: start) else { fatalError("a year beyond 9999") }
    return Sample(time: time, handles: handles)
  }
}

@Suite("Splitting a series at restarts")
struct RunSplitterTests {
  private static func runs(_ counts: [Int64]) -> [Run] {
    RunSplitter.runs(
      of: counts.enumerated().compactMap { index, handles in
        Timestamp(milliseconds: Int64(index) * 60_000).map { Sample(time: $0, handles: handles) }
      })
  }

  @Test("a fall to a fresh start's level is a restart")
  func aFallToAFreshStartsLevelIsARestart() {
    let climb = (0..<50).map { 100 + 10 * Int64($0) }
    #expect(Self.runs(climb).count == 1)
    #expect(Self.runs(climb + climb + climb).map(\.samples.count) == [50, 50, 50])
    #expect(Self.runs(climb + climb).map(\.baseline) == [100, 100])
    #expect(Self.runs(climb + climb).map(\.leaked) == [490, 490])
  }

  @Test("a log that begins long after the start is cut too")
  func aLogThatBeginsLongAfterTheStartIsCutToo() {
    let old = (0..<50).map { 5_000 + Int64($0) }
    let young = (0..<50).map { 200 + Int64($0) }
    #expect(Self.runs(old + young).count == 2)
  }

  @Test("the end of a job or of a spike is no restart")
  func theEndOfAJobOrOfASpikeIsNoRestart() {
    let flat = [Int64](repeating: 200, count: 20)
    let job = [Int64](repeating: 900, count: 20)
    #expect(Self.runs(flat + job + flat + job + flat).count == 1)
    #expect(Self.runs(flat + [5_000] + flat).count == 1)
    #expect(Self.runs([59, 59, 59, 59] + [Int64](repeating: 3, count: 100)).count == 1)
  }

  @Test("noise is no restart")
  func noiseIsNoRestart() {
    var random = SplitMix64(seed: testSeed)
    let noise = (0..<2_000).map { _ in Int64.random(in: 0...300, using: &random) }
    #expect(Self.runs(noise).count <= 2)
  }

  @Test("no samples make no runs, and negative counts are zero")
  func noSamplesNoRunsAndNegativeCountsAreZero() {
    #expect(Self.runs([]).isEmpty)
    #expect(Self.runs([-5]).first?.samples.first?.handles == 0)
  }
}
