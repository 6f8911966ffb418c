/// Weighs evidence: the trend test and every guard must agree.
struct Judgement {
  private enum Outcome: Int, Comparable {
    case fails, doubtful, passes

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    init(_ value: Double, passes: Double, doubtful: Double) {
      self = value >= passes ? .passes : value >= doubtful ? .doubtful : .fails
    }
  }

  private(set) var finding: Finding
  private let evidence: Evidence
  private var objections: [String]

  init(_ evidence: Evidence) {
    self.evidence = evidence
    let p = evidence.test.pValue
    guard evidence.test.score > 0, p < LeakDetector.suspectedPValueMax else {
      finding = .steady
      objections = [
        evidence.test.score <= 0 ? "the count does not rise" : "the rise could be chance"
      ]
      return
    }
    let guards = Self.guards(evidence)
    objections = guards.filter { $0.outcome != .passes }.map(\.objection)
    let worst = guards.map(\.outcome).min() ?? .passes
    switch worst {
    case .passes: finding = p < LeakDetector.pValueMax ? .leaking : .suspected
    case .doubtful: finding = .suspected
    case .fails: finding = .steady
    }
  }

  /// Lowers a leak to a suspicion.
  mutating func doubt(_ objection: String) {
    guard finding == .leaking else { return }
    finding = .suspected
    objections.append(objection)
  }

  /// What a leak shows beside its trend, each as a share of what an even leak without noise gives: it
  /// has half of its rise in either half, ends at its highest level, rises in every step, and rises
  /// by the same in a day as the line says. The shares asked for are well below that, because leaks
  /// come in lumps and under noise.
  private static func guards(_ e: Evidence) -> [(outcome: Outcome, objection: String)] {
    let growth = max(e.growth, .leastNonzeroMagnitude)
    var guards: [(Outcome, String)] = [
      (
        Outcome(
          e.rise / max(LeakDetector.riseMin, 1.5 * e.noise), passes: 1, doubtful: 0.5),
        "the rise of \(HumanText.number(e.rise)) handles is small against the noise"
      ),
      (
        e.growth > 0 ? Outcome(e.late / growth, passes: 0.2, doubtful: 0.1) : .fails,
        "the rise flattens out: \(HumanText.number(e.late)) of \(HumanText.number(e.growth)) handles came in the "
          + "second half"
      ),
      (
        e.growth > 0 ? Outcome(e.early / growth, passes: 0.12, doubtful: 0.05) : .fails,
        "hardly any rise in the first half"
      ),
      (
        e.range > 0 ? Outcome(e.growth / e.range, passes: 0.6, doubtful: 0.4) : .fails,
        "it does not end at its highest level"
      ),
      (
        Outcome(Double(e.rises) / Double(max(1, e.steps)), passes: 0.5, doubtful: 0.4),
        "it rises in only \(e.rises) of \(e.steps) steps from block to block"
      ),
    ]
    if let share = e.dayShare {
      guards.append(
        (
          Outcome(share, passes: 0.4, doubtful: 0.2),
          "against the same time of an earlier day it hardly rises"
        ))
    }
    if !e.leavesOldRange {
      guards.append((.doubtful, "it has been as high before without staying there"))
    }
    return guards
  }

  func reasons(runs: Int) -> [String] {
    var reasons = [
      "Trend \(HumanText.number(evidence.slope)) handles an hour, 95 % interval "
        + "\(HumanText.number(evidence.lower)) to \(HumanText.number(evidence.upper)); "
        + "Kendall's tau \(HumanText.number(evidence.test.tau * 100)) %."
    ]
    if runs > 1 { reasons.append("Taken over \(runs) runs between restarts.") }
    if evidence.onset != nil { reasons.append("Flat at first; the climb starts later.") }
    if finding == .leaking {
      reasons.append(
        "It rises in \(evidence.rises) of \(evidence.steps) steps from block to block, by "
          + "\(HumanText.number(evidence.late)) of \(HumanText.number(evidence.growth)) handles in the second half."
      )
    }
    return reasons + objections.map { "Against a leak: \($0)." }
  }
}
