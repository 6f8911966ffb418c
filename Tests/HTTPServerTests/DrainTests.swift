import Foundation
import HTTPServer
import HTTPWire
import Synchronization
import Testing

@Suite("Draining a server", .timeLimit(.minutes(10)))
struct DrainTests {
  private let held = "GET /held HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test("a drain closes idle connections and finishes what is in flight")
  func drains() throws {
    // One reactor: with two, the busy one might not know of the drain yet when the idle one does.
    try withServer {
      $0.threads = 1
    } _: { server, gate in
      let idle = try Client(port: server.address.port)
      #expect(try idle.exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
      let busy = try Client(port: server.address.port)
      try busy.send(held)
      #expect(gate.awaitReached())
      let drained = DispatchSemaphore(value: 0)
      let result = Result(false)
      Thread.detachNewThread {
        result.value.store(server.drain(), ordering: .releasing)
        drained.signal()
      }
      // The idle one closes while the busy one is still being worked on.
      #expect(idle.isClosedByServer())
      gate.open()
      let answer = try busy.answer()
      #expect(answer.text == "held")
      #expect(answer.head.contains("Connection: close"))
      #expect(drained.comesInTime())
      let finishedAll = result.value.load(ordering: .acquiring)
      #expect(finishedAll)
      #expect(throws: Client.Failure.self) { try Client(port: server.address.port) }
    }
  }

  @Test("during a drain connects are refused and the reactor sleeps")
  func refusesAndSleeps() throws {
    let reactor = WatchedThread()
    try withServer(watching: reactor) {
      $0.threads = 1
    } _: { server, gate in
      let idle = try Client(port: server.address.port)
      #expect(try idle.exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").status == 200)
      let busy = try Client(port: server.address.port)
      try busy.send(held)
      #expect(gate.awaitReached())
      Thread.detachNewThread { server.drain() }
      #expect(idle.isClosedByServer())
      // A connection in its backlog would keep the reactor from sleeping.
      #expect(throws: Client.Failure.self) { try Client(port: server.address.port) }
      try eventually { try reactor.isAsleep() }
      gate.open()
      #expect(try busy.answer().text == "held")
    }
  }

  @Test("a drain cuts off what takes longer than its limit and says so")
  func cutsOff() throws {
    try withServer {
      $0.limits.drainMilliseconds = 100
    } _: { server, gate in
      let client = try Client(port: server.address.port)
      try client.send(held)
      #expect(gate.awaitReached())
      #expect(!server.drain())
      #expect(gate.cancelled.comesInTime())
      #expect(client.isClosedByServer())
      // A second call changes nothing and does not wait.
      #expect(!server.drain())
    }
  }

  @Test("a drain of an idle server is immediate")
  func idleServer() throws {
    // Waiting for the limit would take an hour.
    try withServer {
      $0.limits.drainMilliseconds = 3_600_000
    } _: { server, _ in
      #expect(server.drain())
    }
  }

  private final class Result: Sendable {
    let value: Atomic<Bool>
    init(_ value: Bool) { self.value = Atomic(value) }
  }
}

@Suite("Starting a server", .timeLimit(.minutes(10)))
struct StartTests {
  private struct Broken: Error {}

  @Test("a port in use is named, with a hint")
  func portInUse() throws {
    try withServer { server, _ in
      var configuration = ServerConfiguration()
      configuration.port = server.address.port
      let error = #expect(throws: ServerError.self) {
        try Server.start(configuration) { TestHandler(gate: Gate()) }
      }
      #expect(error?.subject == "on \(server.address)")
      #expect(error?.hint?.contains("--port") == true)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test(
    "an address that is not this machine's is refused",
    arguments: ["192.0.2.1", "256.0.0.1", "1::2::3"])
  func foreignAddress(host: String) {
    var configuration = ServerConfiguration()
    configuration.host = host
    let error = #expect(throws: ServerError.self) {
      try Server.start(configuration) { TestHandler(gate: Gate()) }
    }
    #expect(error?.hint?.contains("--host") == true)
  }

  @Test("a handler that cannot be made stops the start")
  func brokenHandler() {
    #expect(throws: ServerError.self) {
      try Server.start(ServerConfiguration()) { () throws -> TestHandler in throw Broken() }
    }
  }
}
