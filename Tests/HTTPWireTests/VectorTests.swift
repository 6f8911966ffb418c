import Testing

@testable import HTTPWire

/// Every vector, arriving in every way: the outcome must not depend on how bytes arrive.
@Suite("Vectors of HTTP/1.1")
struct VectorTests {
  private func check(_ vector: Vector, _ driver: Driver, _ how: String) {
    #expect(driver.statuses == vector.statuses, "\(how)")
    #expect(driver.isOpen == vector.isKept, "\(how)")
  }

  @Test("there are at least 250 vectors")
  func vectorCount() {
    #expect(Vectors.all.count >= 250)
  }

  @Test("the outcome is right when all arrives at once", arguments: Vectors.all)
  func atOnce(vector: Vector) {
    let driver = Driver()
    driver.feed(vector.bytes)
    check(vector, driver, "whole")
  }

  @Test("the outcome is the same byte by byte", arguments: Vectors.all)
  func byteByByte(vector: Vector) {
    let driver = Driver(lendsBuffers: false)
    for byte in vector.bytes { driver.feed([byte]) }
    check(vector, driver, "byte by byte")
  }

  @Test("the outcome is the same split at each position", arguments: Vectors.all)
  func splitAnywhere(vector: Vector) {
    let bytes = vector.bytes
    // What is longer is a run of one character that meets a limit: its ends say it all.
    let positions = Array(1..<max(2, bytes.count)).filter {
      bytes.count < 2_000 || $0 < 60 || $0 > bytes.count - 30 || $0 % 4_099 == 0
    }
    for position in positions where position < bytes.count {
      let driver = Driver(lendsBuffers: false)
      driver.feed(Array(bytes[..<position]))
      driver.feed(Array(bytes[position...]))
      check(vector, driver, "split at \(position)")
    }
  }

  @Test(
    "a request behind is answered once if the connection is kept, else not",
    arguments: Vectors.all)
  func requestBehind(vector: Vector) {
    // This one waits for its body, which would swallow what is behind it.
    guard vector.statuses != [100] else { return }
    let driver = Driver()
    driver.feed(vector.bytes + Array("GET /next HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
    // A truncated head or chunk takes the bytes behind it as its own; it is refused all the same.
    #expect(driver.statuses == vector.statuses + (vector.isKept ? [200] : []))
    #expect(driver.isOpen == vector.isKept)
    if vector.isKept { #expect(driver.answers.last?.text == "next") }
  }

  @Test("a refusal is a problem document and says close", arguments: Vectors.all)
  func refusals(vector: Vector) throws {
    let driver = Driver()
    driver.feed(vector.bytes)
    guard let answer = driver.answers.last, answer.status >= 400, answer.status != 404 else {
      return
    }
    #expect(answer.fields["content-type"] == "application/problem+json")
    #expect(answer.text.contains("\"status\":\(answer.status)"))
    if !vector.isKept { #expect(answer.fields["connection"] == "close") }
  }
}
