import Bytes

/// A time as HTTP writes it, IMF-fixdate (RFC 9110 §5.6.7). Made once a second and shared.
public struct HTTPDate: Sendable, Equatable {
  /// Whole seconds since 1970-01-01T00:00:00Z.
  public let unixSeconds: Int64
  /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF.
  let line: [UInt8]

  /// The text for a time; years outside 1 to 9999 are clamped to the nearest that has a text.
  public init(unixSeconds: Int64) {
    self.unixSeconds = min(max(unixSeconds, -62_135_596_800), 253_402_300_799)
    self.line = Array("Date: \(Self.text(self.unixSeconds))\r\n".utf8)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  public var text: String { Self.text(unixSeconds) }

  private static func text(_ seconds: Int64) -> String {
    let (days, time) = floorDivide(seconds, by: 86_400)
    let date = CivilDate(daysSince1970: Int(days)) ?? .unknown
    let weekday = floorDivide(days + 4, by: 7).remainder
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    return "\(names[Int(weekday)]), \(padded(date.day, to: 2)) \(months[date.month - 1])"
      + " \(padded(date.year, to: 4)) \(padded(Int(time) / 3_600, to: 2))"
      + ":\(padded(Int(time) / 60 % 60, to: 2)):\(padded(Int(time) % 60, to: 2)) GMT"
  }

  static let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func floorDivide(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

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
      let seconds = Self.secondsOfDay(fields.time)
    else { return nil }
    if fields.year.utf8.count == 2 {
      fullYear += year - year % 100
      if fullYear > year + 50 { fullYear -= 100 }
    }
    guard let date = CivilDate(year: Int(fullYear), month: month + 1, day: Int(day)) else {
      return nil
    }
    self.init(unixSeconds: Int64(date.daysSince1970) * 86_400 + seconds)
  }

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
}
