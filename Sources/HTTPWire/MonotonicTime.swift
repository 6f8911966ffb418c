/// A point on a clock that never goes back. Time is an argument everywhere in this module.
public struct MonotonicTime: Sendable, Hashable, Comparable {
  /// Milliseconds since an arbitrary start.
  public var milliseconds: Int64

  /// The point `milliseconds` after the clock's start.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Later than every other point: no deadline.
  public static let distantFuture = MonotonicTime(milliseconds: .max)

  /// Whether the first point comes before the second.
  public static func < (left: Self, right: Self) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The point that many milliseconds later, at most `distantFuture`.
  public func advanced(byMilliseconds step: Int64) -> MonotonicTime {
    let sum = milliseconds.addingReportingOverflow(step)
    return sum.overflow ? .distantFuture : MonotonicTime(milliseconds: sum.partialValue)
  }
}

/// The clock as read once per turn of a reactor: for deadlines, and for the `Date` field.
public struct TimeReading: Sendable {
  /// For deadlines.
  public var now: MonotonicTime
  /// For the `Date` field of answers.
  public var date: HTTPDate

  /// A reading of both clocks.
  public init(now: MonotonicTime, date: HTTPDate) {
    self.now = now
    self.date = date
  }
}

/// A time as HTTP writes it, IMF-fixdate (RFC 9110 §5.6.7). Made once a second and shared.
public struct HTTPDate: Sendable, Equatable {
  /// Whole seconds since 1970-01-01T00:00:00Z.
  public let unixSeconds: Int64
  /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF.
  let line: [UInt8]

  /// The text for a time; years outside 0 to 9999 are clamped to the nearest that has a text.
  public init(unixSeconds: Int64) {
    self.unixSeconds = min(max(unixSeconds, -62_167_219_200), 253_402_300_799)
    self.line = Array("Date: \(Self.text(self.unixSeconds))\r\n".utf8)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  public var text: String { Self.text(unixSeconds) }

  private static func text(_ seconds: Int64) -> String {
    let (days, time) = floorDivide(seconds, by: 86_400)
    // Howard Hinnant's civil_from_days: years begin in March, so the leap day comes last.
    let shifted = days + 719_468
    let (era, dayOfEra) = floorDivide(shifted, by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let weekday = floorDivide(days + 4, by: 7).remainder
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return "\(names[Int(weekday)]), \(padded(day, 2)) \(months[Int(month - 1)]) \(padded(year, 4))"
      + " \(padded(time / 3_600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2)) GMT"
  }

  private static func floorDivide(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
