import Diagnosis
public import Fleet
import HTTPWire
import Handles
import Meters
public import UseCases
import Web

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

extension FleetService {
  /// Counts a token that was refused: guessing is as slow in a cookie as in `Authorization`.
  ///
  /// - Throws: `Problem` (429) for a client that goes on with tokens that aren't valid.
  func countRefusal(of request: Request) throws(Problem) {
    if let seconds = refusals.take(1, for: request.client.prefix, at: clock.ticks()) {
      throw .tooMany("Too many requests with a token that is not valid.", retryAfter: seconds)
    }
  }
}
