import Diagnosis
public import Fleet
import HTTPWire
public import Handles
import Meters

/// What the routes of the fleet need besides the knowledge base. Shared by all threads.
public struct FleetService: Sendable {
  let store: any FleetStore
  let desk: TokenDesk
  let requests: RateLimiter<Int64>
  let bytes: RateLimiter<Int64>
  let refusals: RateLimiter<ClientAddress>
  let clock: FleetClock
  /// Tells the keeper that hosts changed.
  let changed: @Sendable () -> Void

  /// - Parameters:
  ///   - requests: Of one token.
  ///   - bytes: Of the uploads of one token, as they came.
  ///   - refusals: Requests of one address with a token that isn't valid.
  ///   - changed: Called after each upload; must be quick.
  public init(
    store: any FleetStore, desk: TokenDesk,
    requests: RateLimit = RateLimit(perSecond: 10_000, burst: 20_000),
    bytes: RateLimit = RateLimit(perSecond: 64 << 20, burst: 1 << 30),
    refusals: RateLimit = RateLimit(perSecond: 1, burst: 60),
    clock: FleetClock = .system, changed: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.desk = desk
    self.requests = RateLimiter(requests)
    self.bytes = RateLimiter(bytes)
    self.refusals = RateLimiter(refusals)
    self.clock = clock
    self.changed = changed
  }
}

/// The two clocks of the fleet.
public struct FleetClock: Sendable {
  /// The time of day.
  public var now: @Sendable () -> Timestamp
  /// Nanoseconds since some start; never goes back.
  public var ticks: @Sendable () -> Int64

  public init(now: @escaping @Sendable () -> Timestamp, ticks: @escaping @Sendable () -> Int64) {
    self.now = now
    self.ticks = ticks
  }
}

extension FleetService {
  /// How often somebody was told to wait.
  func writeLimits(to text: inout MetricsText) {
    text.begin(
      "fixlevel_rate_limited_total", .counter,
      "Requests refused because of a limit: requests or bytes of a token, wrong tokens of a client."
    )
    for (limit, count) in [
      ("bytes", bytes.refused.value), ("requests", requests.refused.value),
      ("wrong_tokens", refusals.refused.value),
    ] {
      text.sample("fixlevel_rate_limited_total", [("limit", limit)], count)
    }
  }
}
