import HTTPTypes
import Testing

@testable import HTTPWire

@Suite("Answers that come later")
struct DeferredConversationTests {
  private let post = "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
  private let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test(
    "until it is there no later request of the connection starts, then all are answered in order")
  func pipelined() {
    let driver = Driver()
    driver.feed(post + get + post + get)
    #expect(driver.handler.heads == 1 && driver.output.isEmpty && !driver.wantsInput)
    #expect(driver.deadline == .distantFuture)
    driver.answerLater()
    #expect(driver.answers.map(\.text) == ["hello", "a"])
    driver.answerLater()
    #expect(driver.answers.map(\.text) == ["hello", "a", "hello", "a"])
    #expect(driver.isOpen && driver.wantsInput)
  }

  @Test("the first answer counts")
  func once() {
    let driver = Driver()
    driver.feed(post + get)
    driver.answerLater { $0.answer(times: 3) }
    #expect(driver.statuses == [200, 200])
    driver.answerLater()
    #expect(driver.statuses == [200, 200])
  }

  @Test("a responder that nobody keeps answers 500, and the connection goes on")
  func dropped() {
    let driver = Driver()
    driver.feed(post)
    driver.answerLater { $0.drop() }
    driver.feed(get)
    #expect(driver.statuses == [500, 200])
  }

  @Test("the memory of the body is free while the answer is waited for")
  func memory() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed(post)
    #expect(driver.budget.usedBytes == 5)
    driver.finishHeld()
    #expect(driver.budget.usedBytes == 0 && driver.handler.later.count == 1)
    #expect(driver.output.isEmpty)
    driver.answerLater()
    #expect(driver.answers.map(\.text) == ["hello"])
  }

  @Test("a drain waits for it")
  func drain() {
    let driver = Driver()
    driver.feed(post)
    driver.drain()
    driver.advance(1_000_000)
    #expect(!driver.isClosed && driver.conversation.isInFlight)
    driver.answerLater()
    #expect(driver.answers.first?.fields["connection"] == "close")
    #expect(driver.isClosed)
  }

  @Test("a connection that was given up gets none")
  func cancelled() {
    let driver = Driver()
    driver.feed(post)
    driver.conversation.cancel()
    driver.answerLater()
    #expect(driver.output.isEmpty && driver.isClosed)
  }

  @Test("a client that only shut down its sending side still gets it")
  func halfClosed() {
    let driver = Driver()
    driver.feed(post)
    driver.end()
    #expect(!driver.isClosed)
    driver.answerLater()
    #expect(driver.answers.map(\.text) == ["hello"])
    #expect(driver.isClosed)
  }

  @Test("a body beyond the limit is refused, and nobody owes an answer")
  func tooLarge() {
    let driver = Driver()
    driver.handler.bodyLimit = 4
    driver.feed(post)
    #expect(driver.statuses == [413])
    #expect(driver.handler.later.count == 0)
  }
}
