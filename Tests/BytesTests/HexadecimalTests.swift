import Testing

@testable import Bytes

@Suite("Hexadecimal and percent coding")
struct HexadecimalTests {
  @Test("two digits for each byte")
  func text() {
    #expect(Hexadecimal.text([]) == "")
    #expect(Hexadecimal.text([0, 9, 0xAB, 0xFF]) == "0009abff")
  }

  @Test("a pair reads what it writes", arguments: [(0, 0), (1, 255), (.max, .max), (7, .max)])
  func pair(first: UInt64, second: UInt64) {
    let pair = HexadecimalPair(first, second)
    #expect(HexadecimalPair(pair.description) == pair)
  }

  @Test(
    "what is no pair is refused",
    arguments: ["", "-", "1", "1-", "-1", "1-2-3", "g-1", "+1-2", "1--2", "11111111111111111-1"])
  func noPair(text: String) {
    #expect(HexadecimalPair(text) == nil)
  }

  @Test(
    "what is encoded decodes to the same text", arguments: ["", "a b/c?d=e&f+g%", "Zürich\u{0}😀~"])
  func percent(text: String) throws {
    let encoded = Array(PercentCoding.encode(text).utf8)
    #expect(encoded.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    if text.utf8.contains(0) { return }
    let decoded = try PercentCoding.decode(0..<encoded.count, in: encoded.span, as: .query)
    #expect(decoded == text)
  }
}
