import ArgumentParser
import Diagnosis
import Handles

/// A number of days, written as `90d`.
struct Days: ExpressibleByArgument {
  /// A century.
  private static let max = 36_525
  /// What is kept in full without a setting.
  static let fullResolution = Days(count: 14)
  /// What is looked at of a fleet in a metrics engine.
  static let seriesLookback = Days(count: 30)

  let count: Int

  private init(count: Int) { self.count = count }

  init?(argument: String) {
    guard argument.hasSuffix("d"), let count = Int(argument.dropLast()),
      (1...Self.max).contains(count)
    else { return nil }
    self.count = count
  }

  var defaultValueDescription: String { "\(count)d" }

  var milliseconds: Int64 { Int64(count) * Timestamp.millisecondsPerDay }
}
