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
