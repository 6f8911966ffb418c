public import Handles
import KnowledgeBase

/// The zone that times are shown in beside UTC.
public struct OutputZone: Sendable {
  /// As a log or a person names it, such as `W. Europe Standard Time`.
  public var name: String
  /// Minutes that the zone's clocks are ahead of UTC at a time.
  public var offsetMinutes: @Sendable (Timestamp) -> Int

  /// A zone whose offset may change with daylight saving time.
  public init(name: String, offsetMinutes: @escaping @Sendable (Timestamp) -> Int) {
    self.name = name
    self.offsetMinutes = offsetMinutes
  }
}

/// How an answer says times: in the log's zone and UTC, and from the moment that it is made for.
public struct TimeText: Sendable {
  /// The moment that the answer is made for; nil for a log without samples.
  public var asOf: Timestamp?
  /// Nil where only UTC is known.
  public var zone: OutputZone?

  /// Times as seen at `asOf`.
  public init(asOf: Timestamp?, zone: OutputZone? = nil) {
    self.asOf = asOf
    self.zone = zone
  }

  /// `1999-03-02 14:07 UTC`, or `1999-03-02 15:07 +01:00 (14:07 UTC)`.
  public func point(_ time: Timestamp) -> String { point(time, with: []) }

  /// The same with how far away it is: `1999-03-02 15:07 +01:00 (14:07 UTC, in 3 h 10 min)`.
  public func pointAndDistance(_ time: Timestamp) -> String {
    point(time, with: relative(time).map { [$0] } ?? [])
  }

  private func point(_ time: Timestamp, with notes: [String]) -> String {
    let utc = HumanText.minutes(time)
    // No zone is further away than this; where there is no difference, UTC is enough.
    let minutes = zone.map { min(max($0.offsetMinutes(time), -1_440), 1_440) } ?? 0
    guard minutes != 0, let local = time.adding(hours: Double(minutes) / 60) else {
      return utc + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }
    let there = HumanText.minutes(local)
    let here = there.prefix(10) == utc.prefix(10) ? String(utc.dropFirst(11)) : utc
    let inside = ([here] + notes).joined(separator: ", ")
    return "\(there.dropLast(4)) \(Self.offset(minutes)) (\(inside))"
  }

  /// `in 3 h 10 min` or `40 days ago`.
  public func relative(_ time: Timestamp) -> String? {
    guard let asOf else { return nil }
    let hours = time.hours(since: asOf)
    return hours > 0 ? "in \(Self.duration(hours: hours))" : "\(Self.duration(hours: -hours)) ago"
  }

  /// Whether a time has passed at the moment that the answer is made for.
  public func isPast(_ time: Timestamp) -> Bool { asOf.map { time <= $0 } ?? false }

  /// `20 s`, `35 min`, `3 h 10 min`, `40 days`, `27 years`.
  public static func duration(hours: Double) -> String {
    let hours = max(0, hours)
    let minutes = (hours * 60).rounded(.down)
    guard minutes >= 1 else { return "\(Int((hours * 3_600).rounded(.down))) s" }
    guard minutes >= 60 else { return "\(Int(minutes)) min" }
    if hours < 48 {
      let (whole, rest) = Int(minutes).quotientAndRemainder(dividingBy: 60)
      return rest == 0 ? "\(whole) h" : "\(whole) h \(rest) min"
    }
    let days = (hours / 24).rounded(.down)
    return days < 730 ? "\(Int(days)) days" : "\(Int((days / 365.25).rounded(.down))) years"
  }

  private static func offset(_ minutes: Int) -> String {
    let (hours, rest) = minutes.magnitude.quotientAndRemainder(dividingBy: 60)
    func two(_ number: UInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(minutes < 0 ? "-" : "+")\(two(hours)):\(two(rest))"
  }
}
