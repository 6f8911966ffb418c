import Foundation
import HTTPServer
import HTTPTypes
import HTTPWire
import Synchronization
import Testing

/// Lets tests hold work back and see how it ended, without sleeping.
final class Gate: Sendable {
  /// Seconds that no wait of these tests takes on the busiest machine: what takes longer hangs.
  static let secondsMax = 600
  private let semaphore = DispatchSemaphore(value: 0)
  private let reached = DispatchSemaphore(value: 0)
  let cancelled = DispatchSemaphore(value: 0)
  private let owed = Mutex<[Responder]>([])

  /// Called by the work: says that it runs, then waits for `open` or for its cancellation.
  func pass(_ cancellation: Cancellation) {
    reached.signal()
    let end = DispatchTime.now() + .seconds(Self.secondsMax)
    while DispatchTime.now() < end {
      if semaphore.wait(timeout: .now() + .milliseconds(10)) == .success { return }
      if cancellation.isCancelled {
        cancelled.signal()
        return
      }
    }
  }

  /// Keeps a responder until the test answers.
  func keep(_ responder: Responder) {
    owed.withLock { $0.append(responder) }
    reached.signal()
  }

  /// Answers everything that is owed, from the calling thread.
  func answer(_ text: String) {
    let responders = owed.withLock { owed in
      defer { owed = [] }
      return owed
    }
    for responder in responders {
      responder.respond(Response(status: .ok, body: Array(text.utf8)))
    }
  }

  func open(_ count: Int = 1) { for _ in 0..<count { semaphore.signal() } }

  func awaitReached() -> Bool { reached.comesInTime() }
}

extension DispatchSemaphore {
  /// Waits for a signal.
  func comesInTime() -> Bool {
    wait(timeout: .now() + .seconds(Gate.secondsMax)) == .success
  }
}

/// Waits until a condition holds.
///
/// A machine that is busy with other work may take long, so that this gives up where something hangs.
func eventually(
  sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) throws {
  let end = ContinuousClock.now + .seconds(Gate.secondsMax)
  while try !condition() {
    try #require(ContinuousClock.now < end, "it never came", sourceLocation: sourceLocation)
    usleep(10_000)
  }
}

/// The application of the server's tests.
struct TestHandler: RequestHandler {
  static let page = PreparedResponse(Response(status: .ok, body: Array("page".utf8)))
  let gate: Gate
  /// Each worker's own count.
  private static let uses = WorkerLocal { Uses() }

  private final class Uses { var count = 0 }

  mutating func receive(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Reception {
    let gate = gate
    switch bytes.text(head.path) ?? "" {
    case "/page": return .prepared(Self.page)
    case "/client":
      let loopback = ClientAddress(
        octets: [UInt8](repeating: 0, count: 10) + [255, 255, 127, 0, 0, 1])
      let text = head.client == loopback ? "loopback" : "elsewhere"
      return .respond(Response(status: .ok, body: Array(text.utf8)))
    case "/held":
      return .work { cancellation in
        gate.pass(cancellation)
        return Response(status: .ok, body: Array("held".utf8))
      }
    case "/uses":
      return .workOn { worker, _ in
        guard let uses = try? worker.value(of: Self.uses) else {
          return Response(status: .internalServerError)
        }
        uses.count += 1
        return Response(status: .ok, body: Array("\(uses.count)".utf8))
      }
    case "/later":
      return .collectDeferred(limit: 1 << 20) { _, _, responder in gate.keep(responder) }
    case "/decode":
      return .collect(limit: 1 << 20) { _, cancellation in
        gate.pass(cancellation)
        return Response(status: .ok, body: Array("decoded".utf8))
      }
    case "/echo":
      return .collect(limit: 1 << 20) { body, _ in Response(status: .ok, body: body.joined) }
    case "/large":
      return .respond(Response(status: .ok, body: [UInt8](repeating: 0x61, count: 1 << 20)))
    case let path: return .respond(Response(status: .ok, body: Array(path.utf8)))
    }
  }
}

/// One thread as the kernel sees it.
final class WatchedThread: Sendable {
  private let folder = Mutex<String?>(nil)

  /// Watches the calling thread from now on.
  func follow() {
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
    folder.withLock { $0 = path.map { "/proc/\($0)" } }
  }

  /// Whether it sleeps and nothing wakes it while this looks many times.
  func isAsleep() throws -> Bool {
    let first = try state()
    guard first.contains("State:\tS") else { return false }
    for _ in 0..<100 where try state() != first { return false }
    return true
  }

  /// Whether it runs, and how often it began to.
  private func state() throws -> String {
    let folder = try #require(folder.withLock { $0 })
    let text = try String(contentsOfFile: "\(folder)/status", encoding: .utf8)
    return text.split(separator: "\n")
      .filter { $0.hasPrefix("State:") || $0.contains("ctxt_switches:") }.joined(separator: "\n")
  }
}

/// A server for one test: any free port, limits as the test wants them. With more
/// than one reactor, `thread` follows any of them.
func withServer(
  watching thread: WatchedThread? = nil,
  _ change: (inout ServerConfiguration) -> Void = { _ in },
  _ body: (Server, Gate) throws -> Void
) throws {
  var configuration = ServerConfiguration()
  configuration.threads = 2
  configuration.workers = 2
  change(&configuration)
  let gate = Gate()
  let server = try Server.start(configuration) {
    thread?.follow()
    return TestHandler(gate: gate)
  }
  defer {
    gate.open(64)
    server.drain()
  }
  try body(server, gate)
}
