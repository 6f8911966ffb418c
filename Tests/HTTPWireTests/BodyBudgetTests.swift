import HTTPTypes
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

  @Test("declared bytes cost nothing, memory counts until the work is done")
  func counts() {
    let driver = Driver(limits: limits(collectedBytes: 100_000))
    driver.holdsWork = true
    driver.feed(Self.post(9_000, sent: 0))
    #expect(driver.budget.usedBytes == 0)
    driver.feed("x")
    #expect(driver.budget.usedBytes == CollectedBody.firstBlockBytes)
    driver.feed(String(repeating: "x", count: 8_999))
    #expect(driver.held.count == 1 && driver.budget.usedBytes == 9_000)
    driver.finishHeld()
    #expect(driver.budget.usedBytes == 0)
    #expect(String(decoding: driver.output, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
  }

  @Test("what counts is the memory that a growing body takes, and little more than its bytes")
  func grows() {
    let budget = BodyBudget(limits: Limits())
    var body = CollectedBody(
      budget, atMost: 1 << 22, for: .deferred { _, _, _ in })
    let part = [UInt8](repeating: 0x61, count: 1_000)
    for count in stride(from: 1_000, through: 1_000_000, by: 1_000) {
      let isTaken = body.append(part[...])
      let capacity = body.capacityBytes
      #expect(isTaken)
      // The allocator rounds up to pages.
      #expect(capacity <= budget.usedBytes + 16_384)
      #expect(budget.usedBytes <= 2 * count + CollectedBody.firstBlockBytes)
    }
    _ = consume body
    #expect(budget.usedBytes == 0)
  }

  @Test("blocks hold what arrived, in order, whatever the parts were; seed printed")
  func blocks() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = Seeded(seed)
    for _ in 0..<8 {
      let total = Int.random(in: 1...1_500_000, using: &random)
      var bytes = [UInt8](repeating: 0x61, count: total)
      for _ in 0..<100 {
        bytes[Int.random(in: 0..<total, using: &random)] = random.next() % 2 == 0 ? 1 : 2
      }
      var body = CollectedBody(
        BodyBudget(limits: Limits()), atMost: total,
        for: .answer { [bytes] collected, _ in
          let isRight =
            collected.joined == bytes && collected.count == total
            && collected.blocks.allSatisfy { 1...CollectedBody.blockBytesMax ~= $0.count }
          return Response(status: isRight ? .ok : .badRequest)
        })
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...100_000, using: &random))
        let isTaken = body.append(part)
        #expect(isTaken)
        rest = rest.dropFirst(part.count)
      }
      let answers = Inbox()
      body.work().run { answers.add($0) }
      #expect(answers.take().map(\.status) == [.ok], "seed \(seed), \(total) bytes")
    }
  }

  @Test("a client that leaves in the middle of its body gives its bytes back")
  func leaves() {
    let driver = Driver(limits: limits(collectedBytes: 1_000))
    driver.feed(Self.post(900, sent: 400))
    #expect(driver.budget.usedBytes == 900)
    driver.end()
    #expect(driver.budget.usedBytes == 0)
  }
}
