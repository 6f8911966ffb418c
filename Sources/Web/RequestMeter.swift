public import Meters
import Synchronization

/// What all threads count of requests and of the answers that they keep.
public final class RequestMeter: Sendable {
  private let routes = Mutex<[RouteMeter]>([])
  private let handlers = Mutex<[HandlerMeter]>([])

  /// Nothing counted yet.
  public init() {}

  /// What one thread counts of one route.
  ///
  /// - Parameter template: As many as routes, whatever clients ask for.
  public func makeRoute(_ template: String) -> RouteMeter {
    let meter = RouteMeter(template)
    routes.withLock { $0.append(meter) }
    return meter
  }

  /// What one thread's handler counts.
  public func makeHandler() -> HandlerMeter {
    let meter = HandlerMeter()
    handlers.withLock { $0.append(meter) }
    return meter
  }

  /// Writes all of it.
  public func write(to text: inout MetricsText) {
    writeRequests(to: &text)
    writeCaches(to: &text)
  }

  private func writeRequests(to text: inout MetricsText) {
    let routes = Dictionary(grouping: routes.withLock { $0 }, by: \.route)
      .sorted { $0.key < $1.key }
    text.begin(
      "fixlevel_http_requests_total", .counter, "Requests answered, by route and status.")
    for (route, meters) in routes {
      var statuses: [Int: UInt64] = [:]
      for meter in meters {
        for (code, count) in meter.statuses.values { statuses[code, default: 0] &+= count }
      }
      for (code, count) in statuses.sorted(by: { $0.key < $1.key }) {
        text.sample(
          "fixlevel_http_requests_total",
          [("route", route), ("code", code == 0 ? "other" : "\(code)")], count)
      }
    }
    text.begin(
      "fixlevel_http_request_duration_seconds", .histogram,
      "Time from a request's complete head to its answer, by route.")
    for (route, meters) in routes {
      guard var sum = meters.first?.durations.snapshot else { continue }
      for meter in meters.dropFirst() { sum.add(meter.durations.snapshot) }
      text.histogram("fixlevel_http_request_duration_seconds", [("route", route)], sum)
    }
    text.single(
      "fixlevel_http_requests_in_flight", .gauge,
      "Requests that wait for their body, for a worker or for the disk.",
      handlers.withLock { $0.reduce(0) { $0 + $1.inFlight.value } })
  }

  private func writeCaches(to text: inout MetricsText) {
    let handlers = handlers.withLock { $0 }
    text.single(
      "fixlevel_cache_hits_total", .counter, "Answers taken from a thread's cache.",
      handlers.reduce(0) { $0 &+ $1.cacheHits.value })
    text.single(
      "fixlevel_cache_misses_total", .counter, "Answers made for a thread's cache.",
      handlers.reduce(0) { $0 &+ $1.cacheMisses.value })
    text.single(
      "fixlevel_cache_bytes", .gauge, "Memory of the cached answers of all threads.",
      handlers.reduce(0) { $0 + $1.cacheBytes.value })
  }
}
