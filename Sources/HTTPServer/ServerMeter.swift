import HTTPWire
public import Meters
import Synchronization

/// What a server counts: connections, bytes, refusals, and the queue of its workers.
public final class ServerMeter: Sendable {
  /// Connections that were accepted, those included that were refused at once.
  let connections = Counter()
  /// How long work waited for a worker.
  let queueWait = Histogram.seconds(
    microseconds: [100, 1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000])

  /// One for each reactor, so that no two threads count in the same place.
  private let wires = Mutex<[WireMeter]>([])
  private let server = Mutex(WatchedServer())

  /// Weak, because the server holds its meter.
  private struct WatchedServer: Sendable {
    weak var state: SharedState?
  }

  /// Nothing counted yet.
  public init() {}

  func makeWireMeter(log: (any RefusalLog)?) -> WireMeter {
    let meter = WireMeter(log: log)
    wires.withLock { $0.append(meter) }
    return meter
  }

  func watch(_ shared: SharedState) { server.withLock { $0.state = shared } }

  /// Writes the metrics of a server that was started with this meter.
  public func write(to text: inout MetricsText) {
    let (wires, server) = (wires.withLock { $0 }, server.withLock { $0.state })
    text.single(
      "fixlevel_http_connections", .gauge, "Open connections.", server?.openConnections ?? 0)
    text.single(
      "fixlevel_http_connections_total", .counter, "Connections accepted.", connections.value)
    text.single(
      "fixlevel_http_received_bytes_total", .counter, "Bytes from clients.",
      wires.reduce(0) { $0 &+ $1.receivedBytes.value })
    text.single(
      "fixlevel_http_sent_bytes_total", .counter, "Bytes to clients.",
      wires.reduce(0) { $0 &+ $1.sentBytes.value })
    text.begin(
      "fixlevel_http_refusals_total", .counter,
      "Requests and connections refused before a route saw all of them, by status.")
    var refusals: [Int: UInt64] = [:]
    for wire in wires {
      for (code, count) in wire.refusals.values { refusals[code, default: 0] &+= count }
    }
    for (code, count) in refusals.sorted(by: { $0.key < $1.key }) {
      text.sample("fixlevel_http_refusals_total", [("code", "\(code)")], count)
    }
    text.single(
      "fixlevel_http_body_bytes", .gauge, "Memory that request bodies take.",
      server?.budget.usedBytes ?? 0)
    text.single(
      "fixlevel_worker_queue_length", .gauge, "Requests that wait for a worker.",
      server?.workers.waiting ?? 0)
    text.begin(
      "fixlevel_worker_queue_wait_seconds", .histogram, "How long requests waited for a worker.")
    text.histogram("fixlevel_worker_queue_wait_seconds", [], queueWait.snapshot)
  }
}
