import HTTPTypes
import Testing

@testable import HTTPWire

@Suite("A connection's requests and answers")
struct ConversationTests {
  private let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test("a thousand pipelined requests are answered in order")
  func pipelined() {
    let driver = Driver()
    driver.feed((0..<1_000).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
    #expect(driver.answers.map(\.text) == (0..<1_000).map(String.init))
    #expect(driver.handler.heads == 1_000)
    #expect(driver.isOpen)
  }

  @Test("while work runs, no later request of the connection starts")
  func oneAtATime() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("GET /work HTTP/1.1\r\nHost: h\r\n\r\n" + get)
    #expect(driver.handler.heads == 1)
    #expect(driver.output.isEmpty)
    #expect(!driver.wantsInput)
    driver.finishHeld()
    #expect(driver.answers.map(\.text) == ["work", "a"])
    #expect(driver.wantsInput)
  }

  @Test("an answer for work that nobody asked for is dropped")
  func strayAnswer() {
    let driver = Driver()
    driver.conversation.finish(Response(status: .ok), at: driver.time)
    driver.feed(get)
    #expect(driver.statuses == [200])
  }

  @Test("HEAD has the length of GET and no body")
  func head() throws {
    let driver = Driver()
    driver.feed("HEAD /page HTTP/1.1\r\nHost: h\r\n\r\nHEAD /a HTTP/1.1\r\nHost: h\r\n\r\n")
    let answers = Answer.all(in: driver.output, toHead: true)
    #expect(answers.map { $0.fields["content-length"] } == ["4", "1"])
    #expect(answers.map(\.status) == [200, 200])
  }

  @Test("a refused HEAD has no body")
  func refusedHead() {
    let driver = Driver()
    driver.feed("HEAD /a HTTP/1.1\r\n\r\n")
    #expect(Answer.all(in: driver.output, toHead: true).map(\.status) == [400])
  }

  @Test("100-continue gets 100, then the answer")
  func expectation() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    #expect(driver.statuses == [100])
    driver.feed("hello")
    #expect(driver.statuses == [100, 200])
    #expect(driver.answers.last?.text == "hello")
  }

  @Test("a body that comes along with its expectation gets no 100")
  func needlessExpectation() {
    let driver = Driver()
    driver.feed(
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
    #expect(driver.statuses == [200])
  }

  @Test("a client that waits for 100 and is refused is not read from")
  func refusedExpectation() {
    let driver = Driver()
    driver.feed(
      "POST /refuse HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    #expect(driver.statuses == [404])
    #expect(driver.answers.last?.fields["connection"] == "close")
    #expect(driver.isShutDown)
  }

  @Test("an unwanted body that goes on too long closes the connection")
  func unwantedBody() {
    let driver = Driver()
    driver.feed("POST /refuse HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    #expect(driver.statuses == [404])
    #expect(driver.isOpen)
    for _ in 0..<9 {
      driver.feed("2000\r\n" + String(repeating: "a", count: 0x2000) + "\r\n")
    }
    #expect(driver.isShutDown)
    #expect(driver.statuses == [404])
  }

  @Test("a framing error after the answer is not answered a second time")
  func framingErrorBehindAnswer() {
    let driver = Driver()
    driver.feed("POST /refuse HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n")
    #expect(driver.statuses == [404])
    #expect(driver.isShutDown)
  }

  @Test("the end of input inside a body starts no work")
  func endInsideBody() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel")
    driver.end()
    #expect(driver.held.isEmpty)
    #expect(driver.output.isEmpty)
    #expect(driver.isClosed)
  }

  @Test("requests sent before the end of input are answered")
  func endBehindRequests() {
    let driver = Driver()
    driver.feed(get + "GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HT")
    driver.end()
    #expect(driver.answers.map(\.text) == ["a", "b"])
    #expect(driver.isClosed)
  }

  @Test("a client that does not read is not read from")
  func backPressure() {
    let limits = Limits()
    let driver = Driver(limits: limits)
    driver.window = 0
    let big = "GET /big HTTP/1.1\r\nHost: h\r\n\r\n"
    driver.feed(String(repeating: big, count: 100))
    #expect(driver.handler.heads == 3)
    #expect(!driver.wantsInput)
    #expect(driver.pendingOutputBytes < limits.outputHighWaterBytes + 101_000)
    driver.resume(window: 1_000)
    #expect(driver.handler.heads == 3)
    driver.resume(window: nil)
    #expect(driver.handler.heads == 100)
    #expect(driver.statuses == [Int](repeating: 200, count: 100))
    #expect(driver.wantsInput)
  }

  @Test("a body larger than allowed is refused when the limit is passed, not later")
  func bodyLimit() {
    let driver = Driver()
    driver.handler.bodyLimit = 10
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    driver.feed("8\r\n12345678\r\n")
    #expect(driver.output.isEmpty)
    driver.feed("3\r\n")
    #expect(driver.statuses == [413])
  }

  @Test("one-byte chunks without end are refused")
  func tinyChunks() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in 0..<20 { driver.feed(String(repeating: "1\r\na\r\n", count: 1_000)) }
    #expect(driver.statuses == [400])
  }

  @Test("a drain closes an idle connection at once")
  func drainIdle() {
    let driver = Driver()
    driver.feed(get)
    driver.drain()
    #expect(driver.isClosed)
  }

  @Test("a drain lets a request in flight finish and says close")
  func drainInFlight() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("GET /work HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.drain()
    #expect(!driver.isClosed)
    driver.finishHeld()
    #expect(driver.answers.first?.fields["connection"] == "close")
    #expect(driver.isClosed)
  }

  @Test("a drain lets a head that has begun finish")
  func drainBegunHead() {
    let driver = Driver()
    driver.feed("GET /a HTTP")
    driver.drain()
    driver.feed("/1.1\r\nHost: h\r\n\r\n")
    #expect(driver.statuses == [200])
    #expect(driver.isClosed)
  }
}
