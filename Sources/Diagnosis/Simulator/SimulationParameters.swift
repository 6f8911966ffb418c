/// A simulation that can't be run as asked: which parameter is at fault and what it may be.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The parameter's name in the API, such as `opens_per_hour`.
  public var parameter: String
  /// What it must be.
  public var requirement: String

  /// An error about `parameter`.
  public init(parameter: String, requirement: String) {
    self.parameter = parameter
    self.requirement = requirement
  }

  /// `opens_per_hour must be more than 0 and at most 1000000000`.
  public var description: String { "\(parameter) must be \(requirement)" }
}

/// One leaking program and its surroundings, at constant rates.
public struct SimulationParameters: Hashable, Sendable {
  /// The fastest rate that is simulated, in events per hour.
  public static let ratePerHourMax = 1e9
  /// The longest simulated time: ten years, in hours.
  public static let hoursMax = 87_660.0
  /// The most keys that one program leaks handles of: it bounds the work of a simulation.
  public static let keysMax = 256
  /// Default chance that one access to freed pool brings the machine down: an assumption.
  public static let defaultHazard = 1.0 / 64

  /// Opens by the leaking program, per hour, evenly spaced, of all keys together.
  public let opensPerHour: Double
  /// How many of them per hour are closed again at once: they don't leak, they act as touches.
  public let closesPerHour: Double
  /// Background pairs of an open and a close by any process, per hour, as a Poisson process, of all
  /// keys together.
  public let touchesPerHour: Double
  /// Simulated time, in hours.
  public let hours: Double
  /// Chance that one access to freed pool brings the machine down, 0 to 1.
  public let hazard: Double
  /// What an affected kernel does with a close while the count reads 0.
  public let closeAtZero: CloseAtZero
  /// The keys that the program leaks handles of, each with a count of its own. All of them get the
  /// same share of the opens, at the same times. Pairs go to each as likely as to any other: whatever
  /// touches what the program opens has no reason to prefer one of its keys.
  public let keys: Int
  /// All randomness follows from it.
  public let seed: UInt64

  /// Checks every parameter.
  ///
  /// - Throws: `ParameterError` for the first that is not a number or outside its range.
  public init(
    opensPerHour: Double, closesPerHour: Double = 0, touchesPerHour: Double = 0, hours: Double,
    hazard: Double = Self.defaultHazard, closeAtZero: CloseAtZero = .article,
    keys: Int = 1, seed: UInt64 = Assumptions.seed
  ) throws(ParameterError) {
    let rate = Self.ratePerHourMax
    guard opensPerHour > 0, opensPerHour <= rate else {
      throw ParameterError(
        parameter: "opens_per_hour", requirement: "more than 0 and at most 1000000000")
    }
    guard closesPerHour >= 0, closesPerHour <= opensPerHour else {
      throw ParameterError(
        parameter: "closes_per_hour", requirement: "at least 0 and at most opens_per_hour")
    }
    guard touchesPerHour >= 0, touchesPerHour <= rate else {
      throw ParameterError(
        parameter: "touches_per_hour", requirement: "at least 0 and at most 1000000000")
    }
    guard hours > 0, hours <= Self.hoursMax else {
      throw ParameterError(
        parameter: "hours", requirement: "more than 0 and at most 87660, which is ten years")
    }
    guard hazard >= 0, hazard <= 1 else {
      throw ParameterError(parameter: "hazard", requirement: "between 0 and 1")
    }
    guard (1...Self.keysMax).contains(keys) else {
      throw ParameterError(parameter: "keys", requirement: "a whole number from 1 to 256")
    }
    self.opensPerHour = opensPerHour
    self.closesPerHour = closesPerHour
    self.touchesPerHour = touchesPerHour
    self.hours = hours
    self.hazard = hazard
    self.closeAtZero = closeAtZero
    self.keys = keys
    self.seed = seed
  }

  /// A leak as a log shows it, possibly none; the caller has checked the numbers.
  init(leakPerHour: Double, touchesPerHour: Double, hours: Double, seed: UInt64) {
    opensPerHour = leakPerHour
    closesPerHour = 0
    self.touchesPerHour = touchesPerHour
    self.hours = hours
    hazard = Self.defaultHazard
    closeAtZero = .article
    keys = 1
    self.seed = seed
  }

  /// Handles that stay open, per hour.
  public var leakPerHour: Double { opensPerHour - closesPerHour }
  /// Handles of each single key that stay open, per hour.
  public var leakPerKeyAndHour: Double { leakPerHour / Double(keys) }
  /// Pairs of an open and a close that leave nothing open, per hour, by whichever process.
  public var pairsPerHour: Double { touchesPerHour + closesPerHour }
}
