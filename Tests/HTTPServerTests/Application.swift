import Foundation
import HTTPServer
import HTTPTypes
import HTTPWire
import Synchronization

/// Lets tests hold work back and see how it ended, without sleeping.
final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let reached = DispatchSemaphore(value: 0)
  let cancelled = DispatchSemaphore(value: 0)

  /// Called by the work: says that it runs, then waits for `open` or for its cancellation.
  func pass(_ cancellation: Cancellation) {
    reached.signal()
    for _ in 0..<2_000 {
      if semaphore.wait(timeout: .now() + .milliseconds(10)) == .success { return }
      if cancellation.isCancelled {
        cancelled.signal()
        return
      }
    }
  }

  func open(_ count: Int = 1) { for _ in 0..<count { semaphore.signal() } }

  func awaitReached() -> Bool { reached.wait(timeout: .now() + .seconds(20)) == .success }
}

/// The application of the server's tests.
struct TestHandler: RequestHandler {
  static let page = PreparedResponse(Response(status: .ok, body: Array("page".utf8)))
  let gate: Gate

  mutating func receive(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Reception {
    let gate = gate
    switch bytes.text(head.path) ?? "" {
    case "/page": return .prepared(Self.page)
    case "/held":
      return .work { cancellation in
        gate.pass(cancellation)
        return Response(status: .ok, body: Array("held".utf8))
      }
    case "/echo": return .collect(limit: 1 << 20) { body, _ in Response(status: .ok, body: body) }
    case "/large":
      return .respond(Response(status: .ok, body: [UInt8](repeating: 0x61, count: 1 << 20)))
    case let path: return .respond(Response(status: .ok, body: Array(path.utf8)))
    }
  }
}

/// A server for one test: any free port, limits as the test wants them.
func withServer(
  _ change: (inout ServerConfiguration) -> Void = { _ in },
  _ body: (Server, Gate) throws -> Void
) throws {
  var configuration = ServerConfiguration()
  configuration.threads = 2
  configuration.workers = 2
  change(&configuration)
  let gate = Gate()
  let server = try Server.start(configuration) { TestHandler(gate: gate) }
  defer {
    gate.open(64)
    server.drain()
  }
  try body(server, gate)
}
