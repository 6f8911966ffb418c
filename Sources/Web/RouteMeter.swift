public import Meters

/// What one thread counts of the requests to one route.
public final class RouteMeter: Sendable {
  /// The route's template; there are as many as routes, whatever clients ask for.
  public let route: String
  let statuses = StatusCounter()
  /// From the complete head to the answer. The first bound is far above what an answer takes that was
  /// made before.
  let durations = Histogram.seconds(
    microseconds: [100, 500, 2_500, 10_000, 50_000, 250_000, 1_000_000, 5_000_000, 30_000_000])

  init(_ route: String) { self.route = route }

  /// Counts an answer.
  public func record(_ status: Int, _ duration: Duration) {
    statuses.add(status)
    durations.record(duration)
  }
}

/// What one thread's handler counts.
public final class HandlerMeter: Sendable {
  /// Requests that wait for their body, for a worker or for the disk.
  public let inFlight = Gauge()
  /// Answers taken from the cache.
  public let cacheHits = Counter()
  /// Answers made for the cache.
  public let cacheMisses = Counter()
  /// Bytes of the answers that are kept.
  public let cacheBytes = Gauge()
}
