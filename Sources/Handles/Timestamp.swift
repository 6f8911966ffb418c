public import Bytes

/// A moment in UTC, to the millisecond, within the years 1 to 9999.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// 86,400,000.
  public static let millisecondsPerDay: Int64 = 86_400_000
  /// 3,600,000.
  public static let millisecondsPerHour: Int64 = 3_600_000

  private static let earliest: Int64 = -719_162 * millisecondsPerDay
  private static let latest: Int64 = 2_932_897 * millisecondsPerDay - 1

  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// Nil outside the years 1 to 9999.
  public init?(milliseconds: Int64) {
    guard (Self.earliest...Self.latest).contains(milliseconds) else { return nil }
    self.milliseconds = milliseconds
  }

  /// Nil where a field is outside its range; second 60 is refused too.
  public init?(date: CivilDate, hour: Int, minute: Int, second: Int, millisecond: Int = 0) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
      (0..<1_000).contains(millisecond)
    else { return nil }
    let seconds = Int64((hour * 60 + minute) * 60 + second)
    milliseconds =
      Int64(date.daysSince1970) * Self.millisecondsPerDay + seconds * 1_000 + Int64(millisecond)
  }

  /// This moment moved by `hours`; nil where that leaves the years 1 to 9999 or isn't a number.
  public func adding(hours: Double) -> Timestamp? {
    let moved = Double(milliseconds) + hours * Double(Self.millisecondsPerHour)
    guard let rounded = Int64(exactly: moved.rounded()) else { return nil }
    return Timestamp(milliseconds: rounded)
  }

  /// Hours from `earlier` to this moment; negative if it is later.
  public func hours(since earlier: Timestamp) -> Double {
    Double(milliseconds - earlier.milliseconds) / Double(Self.millisecondsPerHour)
  }

  /// `1999-03-01T08:00:00Z`, with `.250` before the `Z` where there are milliseconds.
  public var description: String {
    var days = milliseconds / Self.millisecondsPerDay
    var rest = milliseconds % Self.millisecondsPerDay
    if rest < 0 {
      rest += Self.millisecondsPerDay
      days -= 1
    }
    guard let date = CivilDate(daysSince1970: Int(days)) else { return "" }
    // Answers hold thousands of these: one allocation, which is the text's own.
    let (seconds, fraction) = (Int(rest / 1_000), Int(rest % 1_000))
    return String(unsafeUninitializedCapacity: 24) { text in
      var count = 0
      func append(_ number: Int, digits: Int, _ separator: UInt8) {
        var rest = number
        for place in (count..<count + digits).reversed() {
          text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        }
        text[count + digits] = separator
        count += digits + 1
      }
      append(date.year, digits: 4, UInt8(ascii: "-"))
      append(date.month, digits: 2, UInt8(ascii: "-"))
      append(date.day, digits: 2, UInt8(ascii: "T"))
      append(seconds / 3_600, digits: 2, UInt8(ascii: ":"))
      append(seconds / 60 % 60, digits: 2, UInt8(ascii: ":"))
      append(seconds % 60, digits: 2, fraction == 0 ? UInt8(ascii: "Z") : UInt8(ascii: "."))
      if fraction > 0 { append(fraction, digits: 3, UInt8(ascii: "Z")) }
      return count
    }
  }

  /// Earlier first.
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

extension Timestamp: Encodable {
  /// As its description.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
