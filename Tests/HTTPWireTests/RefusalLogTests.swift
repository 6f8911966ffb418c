import Synchronization
import Testing

@testable import HTTPWire

@Suite("What is refused on the wire is told to a log")
struct RefusalLogTests {
  private final class Told: RefusalLog {
    private let requests = Mutex<[RefusedRequest]>([])
    var all: [RefusedRequest] { requests.withLock { $0 } }
    func refused(_ request: RefusedRequest) { requests.withLock { $0.append(request) } }
  }

  private let told = Told()
  private let driver: Driver

  init() { driver = Driver(meter: WireMeter(log: told)) }

  /// The name in the answer.
  private var name: String? {
    String(decoding: driver.output, as: UTF8.self).split(separator: "\r\n")
      .last { $0.hasPrefix("X-Request-Id: ") }.map { String($0.dropFirst(14)) }
  }

  @Test(
    "once, with the status and the name of the answer and nothing that the client wrote",
    arguments: [
      ("GET /secret HTTP/1.1\r\nHost: h\r\nsecret name: v\r\n\r\n", 400),
      ("GET /secret HTTP/1.1\r\n\r\n", 400), ("\u{16}\u{3}\u{1}secret\r\n\r\n", 400),
      ("GET /\(String(repeating: "secret", count: 2_000)) HTTP/1.1\r\n", 414),
      (
        "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "secret: v\r\n", count: 200) + "\r\n",
        431
      ),
      ("secret / HTTP/1.1\r\nHost: h\r\n\r\n", 501), ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
      ("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: secret\r\n\r\n", 417),
      ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n", 413),
      ("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nsecret\r\n", 400),
    ])
  func refused(request: String, status: Int) throws {
    driver.feed(request)
    driver.feed("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(told.all.map(\.status) == [status])
    let refused = try #require(told.all.first)
    #expect("\(refused.id)" == name)
    #expect(!refused.reason.isEmpty && !refused.reason.contains("secret"))
  }

  @Test(
    "a slow head and a slow body", arguments: ["GET / HT", "POST /echo HTTP/1.1\r\nHost: h\r\n"])
  func slow(start: String) {
    driver.feed(start.hasSuffix("\n") ? start + "Content-Length: 9\r\n\r\na" : start)
    driver.advance(20_000)
    driver.advance(20_000)
    #expect(told.all.map(\.status) == [408])
  }

  @Test("by the name that the client gave, where its head was complete")
  func given() {
    driver.feed(
      "POST /echo HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n"
    )
    #expect(told.all.map { "\($0.id)" } == ["mine"])
  }

  @Test("work that there is no room for has the name of its request in its answer")
  func busy() throws {
    driver.holdsWork = true
    driver.feed(
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nX-Request-Id: mine\r\n\r\na")
    driver.refuseHeld(.busy)
    #expect(told.all.map { "\($0.id) \($0.status)" } == ["mine 503"])
    let text = String(decoding: driver.output, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 503") && text.contains(#""request_id":"mine""#))
  }

  @Test("what is answered is not told")
  func answered() {
    driver.feed("GET /echo HTTP/1.1\r\nHost: h\r\n\r\nGET /echo HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.end()
    #expect(told.all.isEmpty && driver.isClosed)
  }
}
