extension HTTPDate {
  /// Reads the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
  /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. Nil for anything else; the
  /// name of the weekday is not checked against the date.
  ///
  /// - Parameters:
  ///   - year: the present year, to which a year of two digits is brought near.
  public init?(_ text: some StringProtocol, nearYear year: Int64 = 2000) {
    guard text.utf8.count <= 40 else { return nil }
    let words = text.split { " ,-".contains($0) }
    let fields: (day: Substring, month: Substring, year: Substring, time: Substring)
    switch words.count {
    case 6 where words[5] == "GMT" && text.contains(","):
      fields = (Substring(words[1]), Substring(words[2]), Substring(words[3]), Substring(words[4]))
    case 5 where !text.contains(","):
      fields = (Substring(words[2]), Substring(words[1]), Substring(words[4]), Substring(words[3]))
    default: return nil
    }
    guard let day = Self.number(fields.day, digits: 1...2),
      let month = Self.months.firstIndex(of: fields.month),
      var fullYear = Self.number(fields.year, digits: 2...4),
      let seconds = Self.secondsOfDay(fields.time), (1...31).contains(day)
    else { return nil }
    if fields.year.utf8.count == 2 {
      fullYear += year - year % 100
      if fullYear > year + 50 { fullYear -= 100 }
    }
    let days = Self.daysSince1970(year: fullYear, month: Int64(month) + 1, day: day)
    self.init(unixSeconds: days * 86_400 + seconds)
    // A day that the month doesn't have lands in the next one.
    guard self.text.dropFirst(5).prefix(2) == (day < 10 ? "0\(day)" : "\(day)") else { return nil }
  }

  private static let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int64(text)
  }

  /// `08:49:37`; a leap second counts as the second after it.
  private static func secondsOfDay(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], digits: 2...2), hour < 24,
      let minute = number(parts[1], digits: 2...2), minute < 60,
      let second = number(parts[2], digits: 2...2), second <= 60
    else { return nil }
    return (hour * 60 + minute) * 60 + second
  }

  /// Howard Hinnant's days_from_civil.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
