public import KnowledgeBase

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
    let seconds = Int(rest / 1_000)
    let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60]
    let fraction = rest % 1_000 == 0 ? "" : ".\(padded(Int(rest % 1_000), to: 3))"
    return "\(date)T\(time.map { padded($0, to: 2) }.joined(separator: ":"))\(fraction)Z"
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
