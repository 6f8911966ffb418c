import Testing

@testable import HTTPWire

@Suite("The memory of collected bodies")
struct BodyBudgetTests {
  private func limits(collectedBytes: Int) -> Limits {
    var limits = Limits()
    limits.collectedBytes = collectedBytes
    return limits
  }

  private static func post(_ count: Int, sent: Int) -> String {
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: \(count)\r\n\r\n"
      + String(repeating: "x", count: sent)
  }

  @Test("a body that has no room is 503 with Retry-After, and what it took is given back")
  func full() {
    let driver = Driver(limits: limits(collectedBytes: 1_000))
    driver.feed(Self.post(1_001, sent: 1_001))
    let answer = String(decoding: driver.output, as: UTF8.self)
    #expect(answer.hasPrefix("HTTP/1.1 503"))
    #expect(answer.contains("Retry-After: 1"))
    #expect(driver.budget.usedBytes == 0)
  }

  @Test("declared bytes cost nothing, arrived bytes count until the work is done")
  func counts() {
    let driver = Driver(limits: limits(collectedBytes: 1_000))
    driver.holdsWork = true
    driver.feed(Self.post(900, sent: 0))
    #expect(driver.budget.usedBytes == 0)
    driver.feed(String(repeating: "x", count: 400))
    #expect(driver.budget.usedBytes == 400)
    driver.feed(String(repeating: "x", count: 500))
    #expect(driver.held.count == 1 && driver.budget.usedBytes == 900)
    driver.finishHeld()
    #expect(driver.budget.usedBytes == 0)
    #expect(String(decoding: driver.output, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
  }

  @Test("a client that leaves in the middle of its body gives its bytes back")
  func leaves() {
    let driver = Driver(limits: limits(collectedBytes: 1_000))
    driver.feed(Self.post(900, sent: 400))
    #expect(driver.budget.usedBytes == 400)
    driver.end()
    #expect(driver.budget.usedBytes == 0)
  }
}
