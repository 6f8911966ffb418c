public import Handles

/// When a leak will have opened 65,536 handles, if all of them are of one key.
///
/// On an affected kernel the count wraps then; on a fixed one opens begin to fail. What was open at the
/// first sample may have leaked before the log began: the earliest time takes that into account.
public struct WrapForecast: Hashable, Sendable {
  /// False where there is no such count: on systems other than Windows NT, and for other resources.
  public var applies = true
  /// At the estimated rate, from what the log shows as leaked; nil if nothing leaks, the process has
  /// ended, or it is too far away.
  public var expectedAt: Timestamp?
  /// At the upper end of the rate's interval, from all that is open.
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

  /// Of a count that can't wrap.
  static let none: WrapForecast = {
    var none = WrapForecast(leaked: 0, rate: nil, interval: nil, now: nil)
    none.applies = false
    return none
  }()

  /// From handles already leaked at `now`, and a rate with its interval in handles per hour.
  ///
  /// - Parameters:
  ///   - held: handles that are open at `now`, leaked or not; those leaked where it isn't known.
  ///   - upper: the highest rate until `held` reaches 65,536, in handles per hour; that of the interval
  ///     where it isn't known.
  public init(
    leaked: Int64, rate: Double?, interval: ClosedRange<Double>?, now: Timestamp?,
    held: Int64? = nil, upper: Double? = nil
  ) {
    let modulus = KeyControlBlock.countModulus
    pastWraps = max(0, leaked) / modulus
    remainingOpens = modulus - max(0, leaked) % modulus
    guard let now, let rate, rate > 0 else { return }
    let remaining = Double(remainingOpens)
    expectedAt = now.adding(hours: remaining / rate)
    guard let interval, expectedAt != nil else { return }
    let fastest = max(interval.upperBound, upper ?? 0)
    // Once a wrap has happened, the next one is counted from it.
    let nearest = pastWraps > 0 ? remainingOpens : max(0, modulus - max(leaked, held ?? leaked))
    earliest = fastest > 0 ? now.adding(hours: Double(nearest) / fastest) : nil
    latest = interval.lowerBound > 0 ? now.adding(hours: remaining / interval.lowerBound) : nil
  }

  /// The forecast of one process from its last run.
  init(_ history: ProcessHistory) {
    let leak = history.leak
    let climbs = leak.finding == .leaking || leak.finding == .suspected
    guard let run = history.runs.last, let now = run.samples.last?.time else {
      self.init(leaked: 0, rate: nil, interval: nil, now: nil)
      return
    }
    let share = history.keyShare.share(at: now)
    let leaked = history.keyShare.keys(of: run.leaked, at: now)
    let held = history.keyShare.keys(of: run.samples.last?.handles ?? 0, at: now)
    self.init(
      leaked: leaked,
      rate: climbs && history.isRunning ? leak.handlesPerHour.map { $0 * share } : nil,
      interval: leak.rates(untilWrapAfter: leaked, share: share), now: now, held: held,
      upper: leak.rates(untilWrapAfter: held, share: share)?.upperBound)
    pastWrapTimes = Self.times(ofWraps: pastWraps, in: run, history.keyShare)
  }

  private static func times(
    ofWraps count: Int64, in run: Run, _ share: KeyShare
  ) -> [Timestamp] {
    var times: [Timestamp] = []
    var seen = max(0, count - Int64(pastWrapTimesMax))
    guard seen < count else { return [] }
    let modulus = KeyControlBlock.countModulus
    // Handles above the baseline that show the next wrap; no more than have leaked at the end.
    var next = (seen + 1) * modulus
    for sample in run.samples {
      let keys = share.keys(of: sample.handles - run.baseline, at: sample.time)
      guard keys >= next else { continue }
      let wraps = min(count, keys / modulus)
      times += repeatElement(sample.time, count: Int(wraps - seen))
      seen = wraps
      guard seen < count else { break }
      next = (seen + 1) * modulus
    }
    return times
  }
}

extension Leak {
  /// The 95 % interval of the average rate until the next wrap, in handles per hour: the rate's own
  /// error and the random future. Of all handles this share is of the key, and `leaked` are those.
  func rates(untilWrapAfter leaked: Int64, share: Double) -> ClosedRange<Double>? {
    func scaled(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      range.lowerBound * share...range.upperBound * share
    }
    guard share > 0 else { return interval.map(scaled) }
    let modulus = KeyControlBlock.countModulus
    return rates(toOpen: Double(modulus - max(0, leaked) % modulus) / share).map(scaled)
  }

  /// The 95 % interval of the average rate until `opens` more are leaked, in handles per hour.
  func rates(toOpen opens: Double) -> ClosedRange<Double>? {
    guard let drift, let rate = handlesPerHour else { return interval }
    let range = drift.rates(toOpen: opens)
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
    try container.encode(applies ? remainingOpens : nil, forKey: .remainingOpens)
    try container.encode(pastWraps, forKey: .pastWraps)
    try container.encode(pastWrapTimes, forKey: .pastWrapTimes)
  }
}
