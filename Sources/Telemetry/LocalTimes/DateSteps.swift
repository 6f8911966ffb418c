/// How a log goes from row to row under both readings of its dates.
///
/// In the wrong order a log leaps by a month at the end of each day, and back at the end of each month.
struct DateSteps: Sendable, Equatable {
  private var lastMonthFirst: Int64?
  private var lastDayFirst: Int64 = 0
  private var monthFirstLeaps = 0
  private var dayFirstLeaps = 0
  private var steps = 0

  /// No pause in a log is told from a leap if it is longer.
  private static let pauseMax = 14 * Int64(86_400_000)
  /// A clock that is set back, and the hour that comes twice in autumn.
  private static let setBackMax = Int64(86_400_000)

  /// Takes the local time of the next row in both readings.
  mutating func take(monthFirst: Int64, dayFirst: Int64) {
    if let last = lastMonthFirst {
      steps += 1
      if Self.isLeap(monthFirst - last) { monthFirstLeaps += 1 }
      if Self.isLeap(dayFirst - lastDayFirst) { dayFirstLeaps += 1 }
    }
    lastMonthFirst = monthFirst
    lastDayFirst = dayFirst
  }

  /// The order in which the steps are even; nil where that is both, or neither, or too little is known.
  var order: DateOrder? {
    guard steps >= 2 else { return nil }
    // Parts of a log one after another leap in either order.
    if monthFirstLeaps * 4 < dayFirstLeaps { return .monthFirst }
    if dayFirstLeaps * 4 < monthFirstLeaps { return .dayFirst }
    return nil
  }

  private static func isLeap(_ step: Int64) -> Bool { step > pauseMax || step < -setBackMax }
}
