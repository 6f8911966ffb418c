import Bytes
import Diagnosis
import Handles
import KnowledgeBase
import Testing

/// What holds of the advice for any set of processes.
@Suite("Advice for random sets of processes")
struct AdvicePropertyTests {
  private static let names = [
    "EXTRA", "LINEVIEW", "CSRSS", "csrss.exe", "WINLOGON", "Services.EXE", "LSASS", "SMSS",
    "System",
    "SVCHOST", "INETINFO", "SPOOLSS",
  ]
  private static let systemNames = ["csrss", "winlogon", "services", "lsass", "smss", "system"]
  private static let levels: [String?] = ["SP3", "SP3", "SP3", "SP4", nil]

  private struct Round {
    var level: String?
    var asOf: Timestamp?
    var diagnosis: Diagnosis
  }

  private static func round(_ seed: UInt64) throws -> Round {
    var random = SplitMix64(seed: seed)
    let series = (0..<Int.random(in: 1...6, using: &random)).map { index in
      // Half of them leak; some began high.
      let base = Int64.random(
        in: 50...(Bool.random(using: &random) ? 2_000 : 66_000), using: &random)
      let rate = Bool.random(using: &random) ? 0 : Double.random(in: 1...900, using: &random)
      var one = Fixture.series(
        names[Int.random(in: 0..<names.count, using: &random)], pid: Int64(100 + index),
        samples: 200,
        base: base, perHour: rate)
      one.instance = Int.random(in: 0...2, using: &random)
      if Int.random(in: 0..<4, using: &random) == 0 { one.pid = nil }
      return one
    }
    let level = levels[Int.random(in: 0..<levels.count, using: &random)]
    var request = DiagnosisRequest(
      host: HostDescription(product: "windows-nt-server-4.0", servicePack: level), series: series,
      format: "csv", seed: seed)
    let last = series.compactMap { $0.samples.last?.time }.max()
    request.asOf = last?.adding(hours: Double(Int.random(in: 0...400, using: &random)))
    return Round(level: level, asOf: request.asOf, diagnosis: try diagnose(request))
  }

  private static func texts(_ diagnosis: Diagnosis) -> [String] {
    [diagnosis.summary] + diagnosis.advice + diagnosis.deadlines.flatMap { [$0.action, $0.why] }
  }

  @Test(arguments: 0..<60)
  func anyProcesses(index: Int) throws {
    let seed = testSeed &+ UInt64(index)
    let round = try Self.round(seed)
    let diagnosis = round.diagnosis
    try firstDeadlineIsTheEarliest(diagnosis, seed)
    for text in Self.texts(diagnosis) {
      let words = text.lowercased()
      for name in Self.systemNames {
        for action in ["end \(name)", "restart \(name)", "restart the service in \(name)"] {
          #expect(!words.contains(action), "seed \(seed): \(text)")
        }
      }
    }
    let mayHaveWrapped = diagnosis.processes.contains { $0.handles?.max ?? 0 >= 65_536 }
    if mayHaveWrapped, round.level == "SP3" {
      for text in Self.texts(diagnosis) where !text.hasPrefix("Upload a newer log") {
        #expect(!text.lowercased().contains("restart"), "seed \(seed): \(text)")
      }
      #expect(diagnosis.wrap == .happened || diagnosis.wrap == .cannotTell, "seed \(seed)")
      #expect(diagnosis.summary.hasPrefix("Plan a reboot"), "seed \(seed): \(diagnosis.summary)")
    }
  }

  private func firstDeadlineIsTheEarliest(_ diagnosis: Diagnosis, _ seed: UInt64) throws {
    let deadlines = diagnosis.deadlines.map(\.actBy)
    #expect(deadlines == deadlines.sorted(), "seed \(seed)")
    guard let first = deadlines.first else { return }
    for process in diagnosis.processes {
      let ends = [process.wrap.earliest] + process.limits.map(\.earliest)
      for end in ends.compactMap(\.self) {
        #expect(first <= end, "seed \(seed), \(process.process)")
      }
    }
    #expect(
      diagnosis.summary.contains(diagnosis.time.point(first))
        || diagnosis.wrap == .happened || diagnosis.wrap == .cannotTell,
      "seed \(seed): \(diagnosis.summary)")
  }
}
