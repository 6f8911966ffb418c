import Compression
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPClient
import Handles
import SQLite
import Synchronization
import System
import Testing

@testable import FleetPrometheus

@Suite("HTTP to other servers", .timeLimit(.minutes(10)))
struct HTTPClientTests {
  private static let limits = ClientLimits(
    time: .seconds(600), connections: 4, answerBytes: 1 << 20, reasonBytes: 1_000)
  /// What the kernel keeps between two sockets of one machine, with room.
  private static let inFlightMax = 16 << 20

  private func send(
    _ pieces: [[UInt8]], _ limits: ClientLimits = limits, pause: CInt = 0, repeats: Bool = false,
    check: (Result<ClientAnswer, ClientFailure>, RawServer) throws -> Void
  ) throws {
    let server = try RawServer(pieces, pause: pause, repeats: repeats)
    defer { server.stop() }
    let client = HTTPClient(limits)
    defer { client.stop() }
    let result = Result { () throws(ClientFailure) in
      try client.send(ClientRequest(server.url.absoluteString))
    }
    try check(result, server)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test("an answer: status, body, when to come again")
  func answers() throws {
    try send([bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody")]) { result, _ in
      let answer = try result.get()
      #expect(answer.status == 200 && answer.isSuccess && answer.retryAfter == nil)
      #expect(answer.body == bytes("body"))
    }
    try send(
      [bytes("HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\ncut")]
    ) { result, _ in
      let answer = try result.get()
      #expect(answer.status == 503 && !answer.isSuccess && answer.retryAfter == 7)
      #expect(answer.body == bytes("cut"))
    }
  }

  @Test("an answer without an end is not read to its end", arguments: [200, 302, 500])
  func endless(status: Int) throws {
    let head = bytes("HTTP/1.1 \(status) x\r\nConnection: close\r\n\r\n")
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 16)
    try send([head, piece], repeats: true) { result, server in
      if status == 200 {
        #expect(throws: ClientFailure.tooLarge) { try result.get() }
      } else {
        let answer = try result.get()
        #expect(answer.status == status && answer.body.count == 1_000)
      }
      #expect(server.sent < Self.inFlightMax)
    }
  }

  @Test("what is small on the wire and large behind gzip is large")
  func bomb() throws {
    let zeros = [UInt8](repeating: 0, count: 64 << 20)
    let compressed = try #require(Gzip.compressed(zeros))
    let head = """
      HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(compressed.count)\r\n\r\n
      """
    try send([bytes(head) + compressed]) { result, _ in
      #expect(throws: ClientFailure.tooLarge) { try result.get() }
    }
    let no = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"
    try send([bytes(no)]) { result, _ in
      #expect(throws: ClientFailure.undecodable) { try result.get() }
    }
  }

  @Test("answers under way have a bound together, and what one took comes back with its end")
  func together() throws {
    let head = bytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 14)
    let server = try RawServer([head, piece], pause: 10, repeats: true)
    defer { server.stop() }
    var limits = Self.limits
    (limits.answerBytes, limits.bytesTogether) = (64 << 20, 1 << 20)
    let client = HTTPClient(limits)
    defer { client.stop() }
    let results = Results<ClientAnswer, ClientFailure>()
    for _ in 0..<4 { client.send(ClientRequest(server.url.absoluteString)) { results.add($0) } }
    try results.wait(for: 4)
    #expect(results.errors == [.noRoom, .noRoom, .noRoom, .noRoom])
    #expect(server.sent < Self.inFlightMax)
    let body = [UInt8](repeating: UInt8(ascii: "b"), count: 1 << 20)
    let next = try RawServer([
      bytes("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n") + body
    ])
    defer { next.stop() }
    for _ in 0..<3 {
      let answer = try client.send(ClientRequest(next.url.absoluteString))
      #expect(answer.body == body)
    }
  }

  @Test("the time limit counts the wait for a connection")
  func time() throws {
    let server = try RawServer([[]], pause: RawServer.forever, repeats: true)
    defer { server.stop() }
    var limits = Self.limits
    (limits.time, limits.connections) = (.seconds(1), 1)
    let client = HTTPClient(limits)
    defer { client.stop() }
    let results = Results<ClientAnswer, ClientFailure>()
    for _ in 0..<5 { client.send(ClientRequest(server.url.absoluteString)) { results.add($0) } }
    try results.wait(for: 5)
    #expect(results.errors == Array(repeating: .timedOut, count: 5))
    // With a time of its own from when it gets the one connection, each would have had it.
    #expect(server.connections < 5)
  }

  @Test("what is under way and what waits is told of at the stop, and what comes then")
  func stop() throws {
    let server = try RawServer([[]], pause: RawServer.forever, repeats: true)
    defer { server.stop() }
    let client = HTTPClient(Self.limits)
    let results = Results<ClientAnswer, ClientFailure>()
    for _ in 0..<9 { client.send(ClientRequest(server.url.absoluteString)) { results.add($0) } }
    client.stop()
    client.stop()
    client.send(ClientRequest(server.url.absoluteString)) { results.add($0) }
    try results.wait(for: 10)
    #expect(results.errors.count == 10 && results.errors.allSatisfy { $0 == .stopped })
  }

  @Test("a request that would say more than it was told to is not sent")
  func unsendable() throws {
    let client = HTTPClient(Self.limits)
    defer { client.stop() }
    let requests = [
      ClientRequest("http://127.0.0.1:1/", fields: [("X-Scope-OrgID", "a\r\nX-Admin: 1")]),
      ClientRequest("file:///etc/hostname"), ClientRequest("ftp://127.0.0.1:1/"),
      ClientRequest("http://a b/"), ClientRequest("no scheme://"), ClientRequest(""),
    ]
    for request in requests {
      #expect(throws: ClientFailure.unsendable) { try client.send(request) }
    }
  }
}
