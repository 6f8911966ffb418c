public import Meters
import Synchronization

/// A rate with a burst: how many units may be taken at once and over time.
public struct RateLimit: Hashable, Sendable {
  /// Units a second.
  public var perSecond: Int64
  /// Units that may be taken at once.
  public var burst: Int64

  /// A limit. Values below 1 count as 1.
  public init(perSecond: Int64, burst: Int64) {
    self.perSecond = max(1, perSecond)
    self.burst = max(1, burst)
  }
}

/// Limits the rate of each key with the generic cell rate algorithm, which stores one time per key.
///
/// That time is when the key will have its full burst again; after it, the key may be forgotten. The
/// table never has more keys than its limit.
public final class RateLimiter<Key: Hashable & Sendable>: Sendable {
  private static var nanosecondsPerSecond: Int64 { 1_000_000_000 }

  private let limit: RateLimit
  private let keysMax: Int
  /// The number of calls of `take` that were refused.
  public let refused = Counter()
  private let state = Mutex(State())

  private struct State {
    var earned: [Key: Int64] = [:]
    /// When the table was last looked through for keys to forget.
    var cleared = Int64.min / 2
  }

  /// A limiter that has seen no key yet.
  ///
  /// - Parameter keysMax: Keys that are remembered at a time. While the table is full, new keys wait.
  public init(_ limit: RateLimit, keysMax: Int = 10_000) {
    self.limit = limit
    self.keysMax = keysMax
  }

  /// Takes `units` for a key, if the limit allows it. More units than a burst count as one burst.
  ///
  /// - Parameter now: Nanoseconds of a clock that never goes back.
  /// - Returns: Nil if the units were taken, else the retry delay in seconds.
  public func take(_ units: Int, for key: Key, at now: Int64) -> Int? {
    let seconds = wait(units, for: key, at: now)
    if seconds != nil { refused.add() }
    return seconds
  }

  private func wait(_ units: Int, for key: Key, at now: Int64) -> Int? {
    let cost = nanoseconds(min(Int64(units), limit.burst))
    let tolerance = nanoseconds(limit.burst)
    return state.withLock { state in
      let start = max(state.earned[key] ?? now, now)
      let wait = start + cost - now - tolerance
      if wait > 0 {
        return Int(clamping: (wait + Self.nanosecondsPerSecond - 1) / Self.nanosecondsPerSecond)
      }
      if state.earned.count >= keysMax, state.earned[key] == nil {
        // Once a second at most: somebody may fill the table on purpose.
        if now - Self.nanosecondsPerSecond >= state.cleared {
          state.earned = state.earned.filter { $0.value > now }
          state.cleared = now
        }
        if state.earned.count >= keysMax { return 1 }
      }
      state.earned[key] = start + cost
      return nil
    }
  }

  private func nanoseconds(_ units: Int64) -> Int64 {
    let (product, overflow) = units.multipliedReportingOverflow(by: Self.nanosecondsPerSecond)
    // Half of the largest number, so that sums of two stay in range.
    return min(overflow ? .max : product / limit.perSecond, .max / 4)
  }
}
