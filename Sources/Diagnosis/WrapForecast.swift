/// When a leak will have opened 65,536 handles, if all of them are of one key.
///
/// On an affected kernel the count wraps then; on a fixed one opens begin to fail.
public struct WrapForecast: Hashable, Sendable {
  /// At the estimated rate; nil if nothing leaks, the process has ended, or it is too far away.
  public var expectedAt: Timestamp?
  /// At the upper end of the rate's interval.
  public var earliest: Timestamp?
  /// At the lower end of the rate's interval; nil if that is not above 0: possibly never.
  public var latest: Timestamp?
  /// Leaking opens left until the next wrap.
  public var remainingOpens: Int64
  /// How often the handles leaked so far would have wrapped the count, all on one key.
  public var pastWraps: Int64
  /// The first sample at or after each of the past wraps, in order of time; of more than
  /// `pastWrapTimesMax` the last ones. One sample can show several.
  public var pastWrapTimes: [Timestamp] = []
  /// Past wraps that are dated at most.
  public static let pastWrapTimesMax = 20

  /// From handles already leaked at `now`, and a rate with its interval in handles per hour.
  public init(leaked: Int64, rate: Double?, interval: ClosedRange<Double>?, now: Timestamp?) {
    let modulus = KeyControlBlock.countModulus
    pastWraps = max(0, leaked) / modulus
    remainingOpens = modulus - max(0, leaked) % modulus
    guard let now, let rate, rate > 0 else { return }
    let remaining = Double(remainingOpens)
    expectedAt = now.adding(hours: remaining / rate)
    guard let interval, expectedAt != nil else { return }
    earliest = interval.upperBound > 0 ? now.adding(hours: remaining / interval.upperBound) : nil
    latest = interval.lowerBound > 0 ? now.adding(hours: remaining / interval.lowerBound) : nil
  }

  /// The forecast of one process from its last run.
  init(runs: [Run], leak: Leak, isRunning: Bool) {
    let climbs = leak.finding == .leaking || leak.finding == .suspected
    let leaked = runs.last?.leaked ?? 0
    self.init(
      leaked: leaked, rate: climbs && isRunning ? leak.handlesPerHour : nil,
      interval: leak.rates(untilWrapAfter: leaked), now: runs.last?.samples.last?.time)
    if let run = runs.last { pastWrapTimes = Self.times(ofWraps: pastWraps, in: run) }
  }

  private static func times(ofWraps count: Int64, in run: Run) -> [Timestamp] {
    guard count > 0 else { return [] }
    var times: [Timestamp] = []
    var seen = max(0, count - Int64(pastWrapTimesMax))
    for sample in run.samples {
      let wraps = min(count, (sample.handles - run.baseline) / KeyControlBlock.countModulus)
      guard wraps > seen else { continue }
      times += repeatElement(sample.time, count: Int(wraps - seen))
      seen = wraps
    }
    return times
  }
}

extension Leak {
  /// The 95 % interval of the average rate until the next wrap, in handles per hour: the rate's own
  /// error and the random future.
  func rates(untilWrapAfter leaked: Int64) -> ClosedRange<Double>? {
    guard let drift, let rate = handlesPerHour else { return interval }
    let modulus = KeyControlBlock.countModulus
    let range = drift.rates(toOpen: Double(modulus - max(0, leaked) % modulus))
    return min(rate, range.lowerBound)...max(rate, range.upperBound)
  }
}

extension WrapForecast: Encodable {
  private enum CodingKeys: String, CodingKey {
    case expectedAt = "expected_at"
    case interval
    case remainingOpens = "remaining_opens"
    case pastWraps = "past_wraps"
    case pastWrapTimes = "past_wrap_times"
  }

  /// The interval is `[earliest, latest]` with null for a `latest` that may never come.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(expectedAt, forKey: .expectedAt)
    try container.encode(earliest.map { [$0, latest] }, forKey: .interval)
    try container.encode(remainingOpens, forKey: .remainingOpens)
    try container.encode(pastWraps, forKey: .pastWraps)
    try container.encode(pastWrapTimes, forKey: .pastWrapTimes)
  }
}
