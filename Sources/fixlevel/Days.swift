import ArgumentParser
import Diagnosis
import Handles

/// A number of days, written as `90d`.
struct Days: ExpressibleByArgument, CustomStringConvertible {
  /// A century.
  private static let max = 36_525

  let count: Int

  init(count: Int) { self.count = count }

  init?(argument: String) {
    guard argument.hasSuffix("d"), let count = Int(argument.dropLast()),
      (1...Self.max).contains(count)
    else { return nil }
    self.count = count
  }

  var description: String { "\(count)d" }

  var milliseconds: Int64 { Int64(count) * Timestamp.millisecondsPerDay }
}
