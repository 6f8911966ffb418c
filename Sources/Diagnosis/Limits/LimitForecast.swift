public import Handles

/// When a process meets one limit.
public struct LimitForecast: Hashable, Sendable {
  /// The limit, and what happens there.
  public var limit: ResourceLimit
  /// At the estimated rate; where it is reached, when the log shows that first. Nil if nothing leaks, or
  /// it is too far away.
  public var expectedAt: Timestamp?
  /// The early end of the 95 % interval.
  public var earliest: Timestamp?
  /// The late end; nil for possibly never.
  public var latest: Timestamp?
  /// Whether the count is at the limit already. Of a registry key: whether so many handles are or were
  /// open that its count may be there, all of them on one key.
  public var reached = false
  /// How many processes are counted together: the kernel counts the opens of a key over all of them.
  public var processes = 1

  /// The time by which to act: the early end of the interval, or when the limit was reached.
  public var actBy: Timestamp? { earliest ?? expectedAt }

  /// Of a count that only this process has.
  init(_ limit: ResourceLimit, of history: ProcessHistory) {
    self.limit = limit
    guard let last = history.last else { return }
    if last.handles >= limit.count {
      reached = true
      let samples = history.runs.last?.samples ?? []
      expectedAt = samples.first { $0.handles >= limit.count }?.time
      return
    }
    guard history.climbs, let rate = history.leak.handlesPerHour, rate > 0 else { return }
    let left = Double(limit.count - last.handles)
    expectedAt = last.time.adding(hours: left / rate)
    guard let rates = history.leak.rates(toOpen: left) else { return }
    earliest = last.time.adding(hours: left / max(rate, rates.upperBound))
    latest = rates.lowerBound > 0 ? last.time.adding(hours: left / rates.lowerBound) : nil
  }

  /// Of the count of a registry key.
  init(_ limit: ResourceLimit, wrap: WrapForecast, program: Program?) {
    self.limit = limit
    processes = max(1, program?.running ?? 1)
    if let since = program?.reachedAt(limit) {
      reached = true
      expectedAt = since
    } else {
      (expectedAt, earliest, latest) = (wrap.expectedAt, wrap.earliest, wrap.latest)
    }
  }
}

extension LimitForecast: Encodable {
  private enum CodingKeys: String, CodingKey {
    case resource, limit, source, effect
    case expectedAt = "expected_at"
    case interval, reached
    case processes
  }

  /// The interval is `[earliest, latest]` with null for a `latest` that may never come.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(limit.resource.rawValue, forKey: .resource)
    try container.encode(limit.count, forKey: .limit)
    try container.encode(limit.source, forKey: .source)
    try container.encode(limit.effect, forKey: .effect)
    try container.encode(expectedAt, forKey: .expectedAt)
    try container.encode(earliest.map { [$0, latest] }, forKey: .interval)
    try container.encode(reached, forKey: .reached)
    if processes > 1 { try container.encode(processes, forKey: .processes) }
  }
}

extension ProcessHistory {
  /// Whether it runs and leaks, or may.
  var climbs: Bool { isRunning && leak.finding.urgency >= Finding.suspected.urgency }
}

extension Program {
  /// What is known of the count of a key that is worth acting on.
  enum KeyCount: Hashable {
    case below
    /// The log shows so many leaked handles that it wraps; when first and when last.
    case wrapped(first: Timestamp?, last: Timestamp?)
    /// So many handles were open that it may have wrapped before the log began.
    case high(since: Timestamp?)
  }

  var keyCount: KeyCount {
    if wraps > 0 { return .wrapped(first: firstWrap, last: lastWrap) }
    return replay.highestKeys >= KeyControlBlock.countModulus
      ? .high(since: replay.highSince) : .below
  }

  /// Nil where the count is below the limit.
  func reachedAt(_ limit: ResourceLimit) -> Timestamp? {
    switch keyCount {
    case .wrapped(let first, _): first ?? end
    case .high(let since): limit.wraps ? since ?? end : nil
    case .below: nil
    }
  }
}
