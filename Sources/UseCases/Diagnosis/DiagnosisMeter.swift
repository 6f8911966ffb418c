public import Meters

/// What is counted of diagnoses, whoever makes them.
public final class DiagnosisMeter: Sendable {
  /// Who asked for a diagnosis.
  public enum Source: CaseIterable, Sendable {
    /// A client, who waits for it.
    case request
    /// The keeper, because a host changed.
    case keeper
  }

  /// Hosts whose diagnosis is older than they are.
  let backlog = Gauge()
  private let requests = DiagnosisMeter.times()
  private let keeper = DiagnosisMeter.times()

  /// Nothing counted yet.
  public init() {}

  /// Makes a diagnosis and counts how long it took.
  public func timing<Value>(_ source: Source, _ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    let value = try body()
    times(source).record(start.duration(to: .now))
    return value
  }

  /// Writes all of it.
  public func write(to text: inout MetricsText) {
    text.begin(
      "fixlevel_diagnosis_duration_seconds", .histogram,
      "How long diagnoses took, by who asked for them.")
    for source in Source.allCases {
      text.histogram(
        "fixlevel_diagnosis_duration_seconds", [("source", "\(source)")], times(source).snapshot)
    }
    text.single(
      "fixlevel_fleet_backlog_hosts", .gauge, "Hosts that changed since their last diagnosis.",
      backlog.value)
  }

  private func times(_ source: Source) -> Histogram {
    switch source {
    case .request: requests
    case .keeper: keeper
    }
  }

  private static func times() -> Histogram {
    .seconds(
      microseconds: [1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000, 10_000_000, 60_000_000])
  }
}
