import Bytes
import Diagnosis
import Foundation
import Handles
import KnowledgeBase
import Testing

/// Whatever an upload holds: an answer that can be encoded, no trap, no NaN.
@Suite("Series that nobody meant")
struct HostileSeriesTests {
  private static func time(_ milliseconds: Int64) -> Timestamp {
    guard let time = Timestamp(milliseconds: milliseconds) else { fatalError("outside the years") }
    return time
  }

  private static let earliest = -719_162 * Timestamp.millisecondsPerDay
  private static let latest = 2_932_897 * Timestamp.millisecondsPerDay - 1
  private static let huge = Int64.max / 2

  private static func samples(
    _ count: Int, every step: Int64 = 60_000, _ handles: (Int64) -> Int64
  ) -> [Sample] {
    (0..<Int64(count)).map { Sample(time: time($0 * step), handles: handles($0)) }
  }

  private static func check(_ series: [HandleSeries], _ comment: String) throws {
    for level in ["SP3", "SP4", nil] {
      let diagnosis = try diagnose(
        DiagnosisRequest(
          host: HostDescription(product: "windows-nt-server-4.0", servicePack: level),
          series: series, format: "test"))
      #expect(throws: Never.self, "\(comment)") { try JSONEncoder().encode(diagnosis) }
      #expect(!diagnosis.summary.isEmpty)
      #expect(diagnosis.processes.count == series.count)
      for level in diagnosis.byServicePack {
        let simulation = try #require(level.simulation)
        #expect((0...1).contains(simulation.chanceFreed))
        #expect(simulation.events.count <= Simulation.eventsMax)
      }
    }
  }

  static let cases: [(String, [Sample])] = [
    ("empty", []),
    ("one sample", samples(1) { _ in 5 }),
    ("two samples", samples(2) { $0 * huge }),
    ("all at one time", samples(500, every: 0) { $0 }),
    ("unsorted", samples(300) { $0 * 7 }.reversed()),
    ("duplicates", samples(100) { $0 } + samples(100) { $0 * 3 }),
    ("zeros", samples(400) { _ in 0 }),
    ("huge constant", samples(400) { _ in huge }),
    ("huge and zero in turn", samples(400) { $0 % 2 == 0 ? 0 : huge }),
    ("huge climb", samples(400) { $0 * (huge / 400) }),
    ("huge climb with falls", samples(400) { $0 % 50 * (huge / 50) }),
    ("beyond the promise", samples(50) { $0 % 2 == 0 ? .max : .min }),
    ("through many wraps", samples(600) { $0 * 40_000 }),
    ("up and down through wraps", samples(600) { 65_536 + ($0 % 40 - 20) * 1_000 }),
    ("one a millisecond", samples(2_000, every: 1) { $0 }),
    (
      "all of time",
      (0..<50).map { Sample(time: time(earliest + $0 * ((latest - earliest) / 49)), handles: $0) }
    ),
    (
      "the last moment of all",
      (0..<50).map { Sample(time: time(latest - 50 + $0), handles: $0 * 1_000) }
    ),
    ("clumps", (0..<600).map { Sample(time: time($0 / 100 * 86_400_000 + $0), handles: $0) }),
  ]

  @Test("any series gives an answer", arguments: cases.indices)
  func anySeriesGivesAnAnswer(index: Int) throws {
    let (name, samples) = Self.cases[index]
    try Self.check([HandleSeries(host: "A", process: "X", samples: samples)], name)
    let twice = [1, 2].map { HandleSeries(host: "A", process: "X", pid: $0, samples: samples) }
    try Self.check(twice + [HandleSeries(process: "Y", samples: samples)], name)
  }

  @Test("all hostile series in one upload")
  func allHostileSeriesInOneUpload() throws {
    try Self.check(
      Self.cases.map { HandleSeries(host: "A", process: "X", samples: $0.1) }, "all together")
    try Self.check(
      Self.cases.map { HandleSeries(host: $0.0, process: $0.0, samples: $0.1) }, "apart")
    try Self.check([], "nothing")
  }

  @Test("random series give an answer")
  func randomSeriesGiveAnAnswer() throws {
    var random = SplitMix64(seed: testSeed)
    for round in 0..<60 {
      let series = (0..<Int.random(in: 1...3, using: &random)).map { index in
        let top = Int64(1) << Int64.random(in: 0...61, using: &random)
        let span = Int64(1) << Int64.random(in: 0...45, using: &random)
        return HandleSeries(
          host: Bool.random(using: &random) ? "A" : nil, process: "X", pid: Int64(index),
          samples: (0..<Int.random(in: 0...40, using: &random)).map { _ in
            Sample(
              time: Self.time(Int64.random(in: 0...span, using: &random)),
              handles: Int64.random(in: 0...top, using: &random))
          })
      }
      try Self.check(series, "seed \(testSeed), round \(round)")
    }
  }

  /// The right class too, not only some answer.
  @Test(
    "the class is right",
    arguments: [
      ("one sample", Finding.insufficientData), ("all at one time", .insufficientData),
      ("zeros", .steady), ("huge constant", .steady), ("unsorted", .leaking),
      ("through many wraps", .leaking),
    ])
  func theClassIsRight(name: String, finding: Finding) throws {
    let samples = try #require(Self.cases.first { $0.0 == name }).1
    #expect(LeakDetector.find(in: samples).finding == finding)
  }

  /// Only the rise counts: beyond 32 bits a leak is as clear as at the bottom.
  @Test("a leak beyond 32 bits")
  func aLeakBeyondThirtyTwoBits() throws {
    let base: Int64 = 1 << 33
    let low = LeakDetector.find(in: Self.samples(400) { 3 * $0 + $0 * 7 % 5 })
    let high = LeakDetector.find(in: Self.samples(400) { base + 3 * $0 + $0 * 7 % 5 })
    #expect(low.finding == .leaking)
    #expect(high == low)
    let steady = Self.samples(400) { base + $0 * 7 % 5 }
    let diagnosis = try diagnose(
      DiagnosisRequest(
        host: HostDescription(product: "windows-nt-server-4.0", servicePack: "SP3"),
        series: [HandleSeries(process: "X", samples: steady)], format: "test"))
    #expect(diagnosis.finding == .steady)
    #expect(diagnosis.wrap == .cannotTell)
  }

  /// Samples twice, in any order, with other counts at the same times: the highest counts.
  @Test("repeated times take the highest count")
  func repeatedTimesTakeTheHighestCount() {
    let samples = Self.samples(200) { 40 + $0 * 5 }
    let lower = Self.samples(200) { _ in 1 }
    var random = SplitMix64(seed: testSeed)
    let mixed = (samples + lower + samples).shuffled(using: &random)
    #expect(LeakDetector.find(in: mixed) == LeakDetector.find(in: samples), "seed \(testSeed)")
  }

  @Test("a million equal samples", .timeLimit(.minutes(10)))
  func aMillionEqualSamples() {
    #expect(LeakDetector.find(in: Self.samples(1_000_000) { _ in 143 }).finding == .steady)
  }

  @Test("a million samples of a leak", .timeLimit(.minutes(10)))
  func aMillionSamples() throws {
    let leak = LeakDetector.find(in: Self.samples(1_000_000) { $0 / 100 })
    #expect(leak.finding == .leaking)
    #expect(abs(try #require(leak.handlesPerHour) - 0.6) < 0.01)
  }

  /// Every second sample a restart: the work must not grow with their number.
  @Test("restarts at every second sample cost no more than others", .timeLimit(.minutes(10)))
  func manyRestarts() {
    let leak = LeakDetector.find(in: Self.samples(60_000) { $0 % 30 * 20 })
    #expect(leak.finding == .leaking)
  }
}
