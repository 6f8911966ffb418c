import Handles

extension FleetClock {
  /// The clocks of the machine.
  public static let system = FleetClock(
    now: { .present() ?? .epoch },
    ticks: {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    })

  private static let start = ContinuousClock.now
}

extension Timestamp {
  /// For a machine whose clock has left the years 1 to 9999.
  fileprivate static let epoch: Timestamp = {
    guard let epoch = Timestamp(milliseconds: 0) else { preconditionFailure("1970 is a year") }
    return epoch
  }()
}
