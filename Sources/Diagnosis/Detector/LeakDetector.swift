public import Handles
import RealModule

/// What a series of handle counts says about a leak.
public enum Finding: String, Hashable, Sendable, Encodable, CaseIterable {
  /// Handles are opened and not closed, at a rate that is clear.
  case leaking
  /// The count rises, but not clearly enough to call it a leak.
  case suspected
  /// No sign of a leak.
  case steady
  /// Too few samples to say anything.
  case insufficientData = "insufficient_data"

  /// How much attention it needs; a host has the most urgent finding of its processes.
  var urgency: Int {
    switch self {
    case .leaking: 3
    case .suspected: 2
    case .steady: 1
    case .insufficientData: 0
    }
  }
}

/// A finding with its numbers.
public struct Leak: Hashable, Sendable {
  /// What the series says.
  public var finding: Finding
  /// Slope while the process runs, in handles per hour; nil without enough data.
  public var handlesPerHour: Double?
  /// 95 % interval of the slope, in handles per hour.
  public var interval: ClosedRange<Double>?
  /// Of the trend test, corrected for autocorrelation, two-sided.
  public var pValue: Double?
  /// From when on the handles leak; nil unless leaking or suspected.
  public var since: Timestamp?
  /// Why, in words and numbers.
  public var reasons: [String]
  /// What a forecast is made from; nil unless leaking or suspected.
  var drift: DriftModel?
}

extension Leak: Encodable {
  private enum CodingKeys: String, CodingKey {
    case finding
    case handlesPerHour = "handles_per_hour"
    case interval
    case pValue = "p_value"
    case since, reasons
  }

  /// Absent numbers are written as null: the keys are part of the contract.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(finding, forKey: .finding)
    try container.encode(handlesPerHour, forKey: .handlesPerHour)
    try container.encode(interval.map { [$0.lowerBound, $0.upperBound] }, forKey: .interval)
    try container.encode(pValue, forKey: .pValue)
    try container.encode(since, forKey: .since)
    try container.encode(reasons, forKey: .reasons)
  }
}

/// Tells a leak from everything else that makes a handle count rise.
///
/// A trend that is significant after the correction for autocorrelation is necessary, not
/// sufficient: warm-ups and steps have one too. So a leak must also grow in the first and the
/// second half, in most blocks, end at its highest level, and be there against the same time a day
/// before. And the interval of its rate must lie above 0: that is what tells it from noise that
/// wanders, whose memory the correction underestimates in short logs.
public enum LeakDetector {
  /// Fewer samples in all runs together are insufficient data.
  public static let samplesMin = 12
  /// The longest runs that are looked at.
  public static let runsMax = 32
  /// A trend as clear as this is believed.
  ///
  /// So clear that an upload of many series needs no correction for many tests: of 1,000 steady ones
  /// every second time one rises so by chance, and the guards object to most of those. Benjamini and
  /// Hochberg's procedure at 5 % would keep every alarm where 20 of 1,000 series leak.
  public static let pValueMax = 1e-3
  /// A trend as clear as this is suspected.
  public static let suspectedPValueMax = 0.05
  /// A rise of fewer handles is not called a leak.
  public static let riseMin = 8.0

  /// Looks at samples of one process in any order.
  public static func find(in samples: [Sample]) -> Leak {
    find(in: RunSplitter.runs(of: samples))
  }

  /// Looks at the runs of one process, in order of time.
  public static func find(in runs: [Run]) -> Leak {
    let samples = runs.reduce(0) { $0 + $1.samples.count }
    let usable = longest(runs).filter { $0.samples.count >= Evidence.pointsMin }
    let pieces = usable.compactMap { Evidence($0, mayStartLate: usable.count == 1) }
    guard samples >= samplesMin, !pieces.isEmpty else {
      return Leak(
        finding: .insufficientData,
        reasons: ["\(samples) samples: at least \(samplesMin) of one run are needed."])
    }
    let evidence = Evidence.pooled(pieces)
    var judgement = Judgement(evidence)
    let start = usable.first?.samples.first?.time
    let since = evidence.onset.flatMap { start?.adding(hours: $0) } ?? start
    let climbs = judgement.finding == .leaking || judgement.finding == .suspected
    let drift = climbs ? Self.drift(evidence, lastRun: usable.last) : nil
    let interval = Self.interval(evidence, drift)
    if (interval?.lowerBound ?? 0) <= 0 { judgement.doubt("its rate may as well be 0") }
    return Leak(
      finding: judgement.finding, handlesPerHour: evidence.slope, interval: interval,
      pValue: evidence.test.pValue, since: climbs ? since : nil,
      reasons: judgement.reasons(runs: pieces.count), drift: drift)
  }

  private static func drift(_ evidence: Evidence, lastRun: Run?) -> DriftModel? {
    guard let run = lastRun, let last = run.samples.last else { return nil }
    return DriftModel(
      evidence.profiles, end: (run.hours, Double(last.handles - run.baseline)),
      noise: Double.sqrt(evidence.noise * evidence.noise + evidence.rhythm * evidence.rhythm))
  }

  /// Sen's interval and that of the drift: the wider side of each.
  private static func interval(
    _ evidence: Evidence, _ drift: DriftModel?
  ) -> ClosedRange<Double>? {
    guard evidence.lower <= evidence.upper else { return nil }
    let other = drift?.rateInterval ?? evidence.lower...evidence.upper
    return min(evidence.lower, other.lowerBound)...max(evidence.upper, other.upperBound)
  }

  private static func longest(_ runs: [Run]) -> [Run] {
    guard runs.count > runsMax else { return runs }
    let shortest = runs.map(\.samples.count).sorted(by: >)[runsMax - 1]
    return Array(runs.filter { $0.samples.count >= shortest }.prefix(runsMax))
  }
}
