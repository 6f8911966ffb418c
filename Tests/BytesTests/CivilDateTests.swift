import Bytes
import Testing

@Suite("Civil dates")
struct CivilDateTests {
  @Test("every day of four centuries goes to a day number and back, in order")
  func roundTrip() throws {
    var expected = try #require(CivilDate(iso8601: "1800-01-01")).daysSince1970
    for year in 1800..<2200 {
      for month in 1...12 {
        for day in 1...31 {
          guard let date = CivilDate(year: year, month: month, day: day) else { continue }
          try #require(date.daysSince1970 == expected)
          try #require(CivilDate(daysSince1970: expected) == date)
          try #require(CivilDate(iso8601: date.description) == date)
          expected += 1
        }
      }
    }
    #expect(expected == CivilDate(iso8601: "2200-01-01")?.daysSince1970)
    #expect(CivilDate(iso8601: "1970-01-01")?.daysSince1970 == 0)
    #expect(CivilDate(iso8601: "0001-01-01")?.daysSince1970 == -719_162)
    #expect(CivilDate(iso8601: "9999-12-31")?.daysSince1970 == 2_932_896)
  }

  @Test(
    "a day that the calendar doesn't have is refused",
    arguments: [
      "1999-02-30", "1900-02-29", "2001-02-29", "1999-13-01", "1999-00-01", "1999-01-00",
      "0000-01-01", "99-01-01", "1999-1-1", "1999/01/01", "1999-01-01 ", "", "１999-01-01",
    ])
  func refused(text: String) {
    #expect(CivilDate(iso8601: text) == nil)
  }

  @Test(
    "day numbers outside the calendar are refused", arguments: [Int.min, -719_163, 2_932_897, .max])
  func outside(days: Int) {
    #expect(CivilDate(daysSince1970: days) == nil)
  }
}
