import HTTPTypes
import Testing

@testable import HTTPWire

struct ConversationTests {
  private let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test func `a thousand pipelined requests are answered in order`() {
    let driver = Driver()
    driver.feed((0..<1_000).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
    #expect(driver.answers.map(\.text) == (0..<1_000).map(String.init))
    #expect(driver.handler.heads == 1_000)
    #expect(driver.isOpen)
  }

  @Test func `while work runs, no later request of the connection starts`() {
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

  @Test func `an answer for work that nobody asked for is dropped`() {
    let driver = Driver()
    driver.conversation.finish(Response(status: .ok), at: driver.time)
    driver.feed(get)
    #expect(driver.statuses == [200])
  }

  @Test func `HEAD has the length of GET and no body`() throws {
    let driver = Driver()
    driver.feed("HEAD /page HTTP/1.1\r\nHost: h\r\n\r\nHEAD /a HTTP/1.1\r\nHost: h\r\n\r\n")
    let answers = Answer.all(in: driver.output, toHead: true)
    #expect(answers.map { $0.fields["content-length"] } == ["4", "1"])
    #expect(answers.map(\.status) == [200, 200])
  }

  @Test func `a refused HEAD has no body`() {
    let driver = Driver()
    driver.feed("HEAD /a HTTP/1.1\r\n\r\n")
    #expect(Answer.all(in: driver.output, toHead: true).map(\.status) == [400])
  }

  @Test func `100-continue gets 100, then the answer`() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    #expect(driver.statuses == [100])
    driver.feed("hello")
    #expect(driver.statuses == [100, 200])
    #expect(driver.answers.last?.text == "hello")
  }

  @Test func `a body that comes along with its expectation gets no 100`() {
    let driver = Driver()
    driver.feed(
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello")
    #expect(driver.statuses == [200])
  }

  @Test func `a client that waits for 100 and is refused is not read from`() {
    let driver = Driver()
    driver.feed(
      "POST /refuse HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    #expect(driver.statuses == [404])
    #expect(driver.answers.last?.fields["connection"] == "close")
    #expect(driver.isShutDown)
  }

  @Test func `an unwanted body that goes on too long closes the connection`() {
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

  @Test func `a framing error after the answer is not answered a second time`() {
    let driver = Driver()
    driver.feed("POST /refuse HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n")
    #expect(driver.statuses == [404])
    #expect(driver.isShutDown)
  }

  @Test func `the end of input inside a body starts no work`() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel")
    driver.end()
    #expect(driver.held.isEmpty)
    #expect(driver.output.isEmpty)
    #expect(driver.isClosed)
  }

  @Test func `requests sent before the end of input are answered`() {
    let driver = Driver()
    driver.feed(get + "GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HT")
    driver.end()
    #expect(driver.answers.map(\.text) == ["a", "b"])
    #expect(driver.isClosed)
  }

  @Test func `a client that does not read is not read from`() {
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

  @Test func `a body larger than allowed is refused when the limit is passed, not later`() {
    let driver = Driver()
    driver.handler.bodyLimit = 10
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    driver.feed("8\r\n12345678\r\n")
    #expect(driver.output.isEmpty)
    driver.feed("3\r\n")
    #expect(driver.statuses == [413])
  }

  @Test func `one-byte chunks without end are refused`() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in 0..<20 { driver.feed(String(repeating: "1\r\na\r\n", count: 1_000)) }
    #expect(driver.statuses == [400])
  }

  @Test func `a drain closes an idle connection at once`() {
    let driver = Driver()
    driver.feed(get)
    driver.drain()
    #expect(driver.isClosed)
  }

  @Test func `a drain lets a request in flight finish and says close`() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("GET /work HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.drain()
    #expect(!driver.isClosed)
    driver.finishHeld()
    #expect(driver.answers.first?.fields["connection"] == "close")
    #expect(driver.isClosed)
  }

  @Test func `a drain lets a head that has begun finish`() {
    let driver = Driver()
    driver.feed("GET /a HTTP")
    driver.drain()
    driver.feed("/1.1\r\nHost: h\r\n\r\n")
    #expect(driver.statuses == [200])
    #expect(driver.isClosed)
  }
}
