import Foundation
public import HTTPWire
import Synchronization

/// A running HTTP server: its reactor threads, each with a handler of its own, and its workers.
public final class Server: Sendable {
  /// Where it listens.
  public let address: ServerAddress

  private let shared: SharedState
  private let reactors: [ReactorThread]
  private let outcome = Mutex<Bool?>(nil)

  private init(address: ServerAddress, shared: SharedState, reactors: [ReactorThread]) {
    self.address = address
    self.shared = shared
    self.reactors = reactors
  }

  /// Listens, starts the threads, and returns when every reactor serves. `makeHandler` is called
  /// once on each reactor's thread.
  public static func start<Handler: RequestHandler>(
    _ configuration: ServerConfiguration,
    makeHandler: @escaping @Sendable () throws -> Handler
  ) throws(ServerError) -> Server {
    let (sockets, address) = try Listener.open(
      host: configuration.host, port: configuration.port, count: configuration.threadCount)
    let subject = "the server on \(address)"
    let workers = Workers(depth: configuration.workQueueDepth, meter: configuration.meter)
    let shared = SharedState(
      limits: configuration.limits, workers: workers, meter: configuration.meter,
      refusalLog: configuration.refusalLog)
    configuration.meter.watch(shared)
    var reactors: [ReactorThread] = []
    do throws(ServerError) {
      guard workers.start(configuration.workers) else {
        throw .system("start", subject, code: EAGAIN)
      }
      for (number, socket) in sockets.enumerated() {
        reactors.append(
          try ReactorThread.start(
            number, listener: socket, shared: shared, subject: subject, makeHandler: makeHandler))
      }
      for reactor in reactors { try reactor.awaitStart(subject: subject) }
    } catch {
      _ = finish(reactors, workers, within: 0)
      throw error
    }
    return Server(address: address, shared: shared, reactors: reactors)
  }

  /// Connections that are open now.
  public var openConnections: Int { shared.openConnections }

  /// Stops accepting, closes idle connections, lets requests in flight finish within
  /// `Limits.drainMilliseconds` (deferred answers too), and ends all threads. Blocks until that is done; can be called
  /// from any thread but the server's own, and again. False if something had to be cut off.
  @discardableResult
  public func drain() -> Bool {
    outcome.withLock { outcome in
      if let outcome { return outcome }
      let result = Self.finish(
        reactors, shared.workers, within: shared.limits.drainMilliseconds)
      outcome = result
      return result
    }
  }

  private static func finish(
    _ reactors: [ReactorThread], _ workers: Workers, within milliseconds: Int64
  ) -> Bool {
    let deadline = SystemClock.monotonic().advanced(byMilliseconds: milliseconds)
    // Threads get a moment more than requests, to see the end of their time themselves.
    let grace = Int(clamping: milliseconds.addingReportingOverflow(1_000).partialValue)
    let end = DispatchTime.now() + .milliseconds(grace)
    for reactor in reactors { reactor.drain(until: deadline) }
    let haveAnswered = reactors.reduce(true) { $1.join(until: end) && $0 }
    return workers.stop(until: end) && haveAnswered
  }
}
