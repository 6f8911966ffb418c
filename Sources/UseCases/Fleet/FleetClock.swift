import Diagnosis
public import Handles

/// The two clocks of the fleet.
public struct FleetClock: Sendable {
  /// The time of day.
  public var now: @Sendable () -> Timestamp
  /// Nanoseconds since some start; never goes back.
  public var ticks: @Sendable () -> Int64

  /// Clocks of the caller's own, as tests have them.
  public init(now: @escaping @Sendable () -> Timestamp, ticks: @escaping @Sendable () -> Int64) {
    self.now = now
    self.ticks = ticks
  }
}
