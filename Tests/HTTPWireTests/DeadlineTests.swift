import Testing

@testable import HTTPWire

/// Deadlines, with a time that the tests move.
@Suite("Deadlines of a connection")
struct DeadlineTests {
  @Test("a head that does not end in ten seconds gets 408")
  func lateHead() {
    let driver = Driver()
    driver.feed("GET / HTTP/1.1\r\n")
    for _ in 0..<9 {
      driver.advance(1_000)
      driver.feed("X: v\r\n")
    }
    #expect(driver.output.isEmpty)
    driver.advance(1_000)
    #expect(driver.statuses == [408])
    #expect(driver.isShutDown)
  }

  @Test("an idle connection closes without a word after a minute")
  func idle() {
    let driver = Driver()
    driver.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.output = []
    driver.advance(59_999)
    #expect(!driver.isClosed)
    driver.advance(1)
    #expect(driver.isClosed)
    #expect(driver.output.isEmpty)
  }

  @Test("a connection that never sends closes without a word")
  func silent() {
    let driver = Driver()
    driver.advance(60_000)
    #expect(driver.isClosed)
    #expect(driver.output.isEmpty)
  }

  @Test("an empty line alone is not a head that is late")
  func emptyLine() {
    let driver = Driver()
    driver.feed("\r\n")
    driver.advance(60_000)
    #expect(driver.isClosed)
    #expect(driver.output.isEmpty)
  }

  @Test("a body below the minimum rate gets 408")
  func slowBody() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
    // 512 bytes a second use up half a second of the ten each second.
    var seconds = 0
    while driver.output.isEmpty, seconds < 60 {
      driver.feed(String(repeating: "a", count: 512))
      driver.advance(1_000)
      seconds += 1
    }
    #expect(seconds == 19)
    #expect(driver.statuses == [408])
  }

  @Test("a body at the minimum rate is read to its end")
  func minimumRate() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 102400\r\n\r\n")
    for _ in 0..<100 {
      driver.feed(String(repeating: "a", count: 1_024))
      driver.advance(1_000)
    }
    #expect(driver.statuses == [200])
  }

  @Test("a fast body that stops is waited for as long as any other")
  func stoppedBody() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
    driver.feed([UInt8](repeating: 0x61, count: 900_000))
    driver.advance(9_999)
    #expect(driver.output.isEmpty)
    driver.advance(1)
    #expect(driver.statuses == [408])
  }

  @Test("a fast beginning does not pay for dripping")
  func drippingBody() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
    driver.feed([UInt8](repeating: 0x61, count: 900_000))
    var seconds = 0
    while driver.output.isEmpty, seconds < 60 {
      driver.advance(1_000)
      driver.feed("a")
      seconds += 1
    }
    #expect(seconds == 11)
    #expect(driver.statuses == [408])
    #expect(driver.budget.usedBytes == 0)
  }

  @Test("bytes that come one by one count in full")
  func singleBytes() {
    let driver = Driver()
    driver.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20480\r\n\r\n")
    // One byte in 0.9 ms or less, where 1/1024 s is the least.
    for number in 0..<20_480 {
      if number % 10 != 0 { driver.advance(1) }
      driver.feed("a")
    }
    #expect(driver.statuses == [200])
  }

  @Test("a client that reads fast and then drips is closed")
  func drippingReader() {
    let driver = Driver()
    driver.window = 0
    driver.feed(String(repeating: "GET /big HTTP/1.1\r\nHost: h\r\n\r\n", count: 3))
    driver.resume(window: 250_000)
    var seconds = 0
    while !driver.isClosed, seconds < 60 {
      driver.advance(1_000)
      driver.resume(window: 1)
      seconds += 1
    }
    #expect(seconds == 11)
  }

  @Test("a client that does not read its answers is closed")
  func stuckReader() {
    let driver = Driver()
    driver.window = 0
    driver.feed("GET /big HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.advance(9_999)
    #expect(!driver.isClosed)
    driver.advance(1)
    #expect(driver.isClosed)
  }

  @Test("a client that shut down its sending side may wait for its answers")
  func halfClosed() throws {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed(
      "GET /work HTTP/1.1\r\nHost: h\r\n\r\nGET /work HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.end()
    for _ in 0..<2 {
      driver.advance(3_600_000)
      #expect(try !#require(driver.held.first).cancellation.isCancelled)
      driver.finishHeld()
    }
    #expect(driver.statuses == [200, 200])
    #expect(driver.isClosed)
  }

  @Test("what cancelled work returns is not sent")
  func cancelledWork() throws {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("GET /work HTTP/1.1\r\nHost: h\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.conversation.cancel()
    #expect(try #require(driver.held.first).cancellation.isCancelled)
    driver.finishHeld()
    #expect(driver.output.isEmpty)
    #expect(driver.isClosed)
  }

  @Test("a client that does not read cancels the work of its next request")
  func cancelsNext() throws {
    let driver = Driver()
    driver.holdsWork = true
    driver.window = 0
    driver.feed("GET /big HTTP/1.1\r\nHost: h\r\n\r\nGET /work HTTP/1.1\r\nHost: h\r\n\r\n")
    driver.advance(10_000)
    #expect(driver.isClosed)
    #expect(try #require(driver.held.first).cancellation.isCancelled)
  }

  @Test("running work has no deadline while the client stays")
  func runningWork() {
    let driver = Driver()
    driver.holdsWork = true
    driver.feed("GET /work HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(driver.deadline == .distantFuture)
  }

  @Test("lingering ends when the client is silent, or after its time")
  func lingering() {
    let silent = Driver()
    silent.feed("BAD\r\n\r\n")
    #expect(silent.isShutDown)
    silent.advance(2_000)
    #expect(silent.isClosed)

    let talking = Driver()
    talking.feed("BAD\r\n\r\n")
    for _ in 0..<9 {
      talking.advance(1_000)
      talking.feed("more")
      #expect(!talking.isClosed)
    }
    talking.advance(1_000)
    #expect(talking.isClosed)
    #expect(talking.statuses == [400])
  }

  @Test("lingering ends with the input")
  func lingeringEnds() {
    let driver = Driver()
    driver.feed("BAD\r\n\r\n")
    driver.end()
    #expect(driver.isClosed)
  }

  @Test("lingering discards no more than its bytes")
  func lingeringBytes() {
    var limits = Limits()
    limits.lingerBytes = 1_000
    let driver = Driver(limits: limits)
    driver.feed("BAD\r\n\r\n")
    driver.feed(String(repeating: "x", count: 1_001))
    #expect(driver.isClosed)
  }

  @Test(
    "dates are written as HTTP writes them",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
      (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
      (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int64.min, "Mon, 01 Jan 0001 00:00:00 GMT"),
    ])
  func dates(seconds: Int64, text: String) {
    #expect(HTTPDate(unixSeconds: seconds).text == text)
  }

  @Test("a time far away does not overflow")
  func distantTime() {
    let late = MonotonicTime(milliseconds: .max - 1)
    #expect(late.advanced(byMilliseconds: 10) == .distantFuture)
  }
}
