import Testing

@testable import HTTPWire

@Suite("HTTP dates")
struct HTTPDateTests {
  @Test(
    "the three forms of RFC 9110 are the same moment",
    arguments: [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
  func forms(text: String) {
    #expect(HTTPDate(text)?.unixSeconds == 784_111_777)
  }

  @Test("what is written is read back")
  func roundTrip() {
    let chosen: UInt64 = .random(in: .min ... .max)
    var state = chosen
    for _ in 0..<5_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let date = HTTPDate(unixSeconds: Int64(state >> 20) % 253_402_300_799)
      #expect(HTTPDate(date.text) == date, "seed \(chosen): \(date.text)")
    }
  }

  @Test("a year of two digits is near the present one")
  func twoDigits() {
    #expect(
      HTTPDate("Friday, 01-Jan-70 00:00:00 GMT", nearYear: 2026)?.text.contains("2070") == true)
    #expect(
      HTTPDate("Friday, 01-Jan-99 00:00:00 GMT", nearYear: 2026)?.text.contains("1999") == true)
  }

  @Test(
    "anything else is no date",
    arguments: [
      "", "0", "yesterday", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 19945 08:49:37 GMT",
      "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
      "Sun Nov 6 08:49:37 1994 GMT x",
    ])
  func refused(text: String) {
    #expect(HTTPDate(text) == nil)
  }
}
