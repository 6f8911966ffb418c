import Diagnosis
import Handles
import Testing

@Suite("Conclusions in words")
struct HumanTextTests {
  @Test(
    "numbers as people read them",
    arguments: [
      (0.0, "0"), (0.04, "0"), (0.05, "0.1"), (41.24, "41.2"), (60, "60"), (-0.5, "-0.5"),
      (999.94, "999.9"), (1_000, "1,000"), (10_951.7, "10,952"), (131_072, "131,072"),
      (1_234_567.8, "1,234,568"), (.nan, "very many"), (.infinity, "very many"),
      (-12_345, "-12,345"), (1e15, "very many"),
    ])
  func number(value: Double, text: String) {
    #expect(HumanText.number(value) == text)
  }

  @Test("times to the minute")
  func minutes() throws {
    let time = try #require(Timestamp(milliseconds: 920_275_259_999))
    #expect(HumanText.minutes(time) == "1999-03-01 08:00 UTC")
  }
}
