import Foundation
import HTTPServer
import HTTPWire
import Synchronization
import Testing

@Suite("Answers that come later", .timeLimit(.minutes(10)))
struct DeferredServerAnswerTests {
  private let post = "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
  private let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test("any number of them leaves the one worker free")
  func workers() throws {
    try withServer {
      $0.workers = 1
    } _: { server, gate in
      let clients = try (0..<8).map { _ in try Client(port: server.address.port) }
      for client in clients {
        try client.send(post)
        #expect(gate.awaitReached())
      }
      let other = try Client(port: server.address.port)
      #expect(try other.exchange("GET /uses HTTP/1.1\r\nHost: h\r\n\r\n").text == "1")
      gate.answer("now")
      for client in clients { #expect(try client.answer().text == "now") }
    }
  }

  @Test("pipelined requests behind one wait for it and stay in order")
  func pipelined() throws {
    try withServer { server, gate in
      let client = try Client(port: server.address.port)
      try client.send(post + get + post + get)
      for _ in 0..<2 {
        #expect(gate.awaitReached())
        gate.answer("now")
        #expect(try client.answer().text == "now")
        #expect(try client.answer().text == "/a")
      }
    }
  }

  @Test("the answer of a connection that is gone reaches no other one")
  func closedBefore() throws {
    try withServer {
      $0.threads = 1
    } _: { server, gate in
      var leaving: Client? = try Client(port: server.address.port)
      try leaving?.send(post)
      #expect(gate.awaitReached())
      leaving?.reset()
      leaving = nil
      try eventually { server.openConnections == 0 }
      // It gets the same file descriptor in the reactor.
      let next = try Client(port: server.address.port)
      try next.send(post)
      #expect(gate.awaitReached())
      gate.answer("yours")
      #expect(try next.answer().text == "yours")
      #expect(try next.exchange(get).text == "/a")
    }
  }

  @Test("a drain waits for what is owed")
  func drain() throws {
    try withServer {
      $0.threads = 1
    } _: { server, gate in
      let idle = try Client(port: server.address.port)
      #expect(try idle.exchange(get).text == "/a")
      let client = try Client(port: server.address.port)
      try client.send(post)
      #expect(gate.awaitReached())
      let drained = DispatchSemaphore(value: 0)
      let finishedAll = Finished()
      Thread.detachNewThread {
        finishedAll.value.store(server.drain(), ordering: .releasing)
        drained.signal()
      }
      // The drain is under way when the idle one closes.
      #expect(idle.isClosedByServer())
      #expect(drained.wait(timeout: .now()) == .timedOut)
      gate.answer("stored")
      let answer = try client.answer()
      #expect(answer.text == "stored" && answer.head.contains("Connection: close"))
      #expect(drained.comesInTime())
      let finished = finishedAll.value.load(ordering: .acquiring)
      #expect(finished)
    }
  }

  @Test("a drain that is over cuts it off; an answer after the end of the server is dropped")
  func cutOff() throws {
    try withServer {
      $0.limits.drainMilliseconds = 100
    } _: { server, gate in
      let client = try Client(port: server.address.port)
      try client.send(post)
      #expect(gate.awaitReached())
      #expect(!server.drain())
      #expect(client.isClosedByServer())
      gate.answer("too late")
    }
  }

  private final class Finished: Sendable {
    let value = Atomic<Bool>(false)
  }
}
