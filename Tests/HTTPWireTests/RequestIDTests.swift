import Meters
import Testing

@testable import HTTPWire

@Suite("Names of requests")
struct RequestIDTests {
  /// The values of `X-Request-Id` in an output, in their order.
  private static func names(_ output: [UInt8]) -> [String] {
    String(decoding: output, as: UTF8.self).split(separator: "\r\n").compactMap {
      $0.hasPrefix("X-Request-Id: ") ? String($0.dropFirst(14)) : nil
    }
  }

  private static func answer(_ field: String) -> [String] {
    let driver = Driver()
    driver.feed("GET /echo HTTP/1.1\r\nHost: h\r\n\(field)\r\n")
    return names(driver.output)
  }

  @Test("each answer of a pipelined batch has a name of its own")
  func generated() throws {
    let driver = Driver()
    driver.feed(String(repeating: "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n", count: 50))
    let names = Self.names(driver.output)
    #expect(names.count == 50 && Set(names).count == 50)
    #expect(
      names.allSatisfy { name in
        name.count == 16
          && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      })
  }

  @Test(
    "a well-formed name of the client comes back",
    arguments: [
      "a", "7f9c-4.B_2", "0123456789012345678901234567890123456789012345678901234567890123",
    ])
  func given(name: String) {
    #expect(Self.answer("x-request-id: \(name)\r\n") == [name])
  }

  @Test(
    "any other one doesn't",
    arguments: [
      "", " ", "a b", "a\"b", "a;b", "ä", "a/b", "<b>", "%0d%0a", "a,b",
      "01234567890123456789012345678901234567890123456789012345678901234",
    ])
  func malformed(name: String) {
    let names = Self.answer("X-Request-Id: \(name)\r\n")
    #expect(names.count == 1 && names.first?.count == 16)
  }

  @Test("two names are none")
  func twice() {
    #expect(Self.answer("X-Request-Id: a\r\nX-Request-Id: a\r\n").first?.count == 16)
  }

  @Test("a name is not kept for the next request of the connection")
  func reset() {
    let driver = Driver()
    driver.feed("GET /echo HTTP/1.1\r\nHost: h\r\nX-Request-Id: mine\r\n\r\n")
    driver.feed("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n")
    let names = Self.names(driver.output)
    #expect(names.first == "mine" && names.count == 2 && names.last != "mine")
  }

  @Test("a refusal has a name, in its document too, and is counted by its status")
  func refused() throws {
    let meter = WireMeter()
    let driver = Driver(meter: meter)
    driver.feed("GET /echo HTTP/1.1\r\nHost: h\r\nX Y: z\r\n\r\n")
    let name = try #require(Self.names(driver.output).first)
    let text = String(decoding: driver.output, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 400") && text.contains(#""request_id":"\#(name)""#))
    #expect(meter.refusals.values.map(\.code) == [400])
    #expect(meter.receivedBytes.value > 0)
    #expect(meter.sentBytes.value == UInt64(driver.output.count))
  }
}
