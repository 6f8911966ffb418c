import Synchronization

/// How often a quantity fell into which range, counted by any thread without a lock.
public final class Histogram: Sendable {
  /// The upper ends of the ranges, ascending, in units; a last range takes everything above.
  public let bounds: [UInt64]
  /// What one unit is in the metric's own: 1e-9 for nanoseconds of a metric in seconds.
  public let unit: Double

  private static let boundsMax = 15

  private let counts = InlineArray<16, Counter> { _ in Counter() }
  private let sum = Atomic<UInt64>(0)

  /// - Parameter bounds: At most 15; further ones are left out.
  public init(bounds: [UInt64], unit: Double = 1) {
    self.bounds = Array(bounds.prefix(Self.boundsMax))
    self.unit = unit
  }

  /// Times from `bounds` in microseconds, shown in seconds.
  public static func seconds(microseconds bounds: [UInt64]) -> Histogram {
    Histogram(bounds: bounds.map { $0 * 1_000 }, unit: 1e-9)
  }

  /// Counts one quantity, in units.
  public func record(_ value: UInt64) {
    var index = 0
    while index < bounds.count, bounds[index] < value { index += 1 }
    counts[index].add()
    sum.wrappingAdd(value, ordering: .relaxed)
  }

  /// Counts a time; one below zero counts as none.
  public func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return record(seconds < 0 ? 0 : .max >> 1) }
    record(UInt64(max(0, whole &+ attoseconds / 1_000_000_000)))
  }

  /// What was counted so far.
  public var snapshot: Snapshot {
    Snapshot(
      bounds: bounds.map { Double($0) * unit }, counts: (0...bounds.count).map { counts[$0].value },
      sum: Double(sum.load(ordering: .relaxed)) * unit)
  }

  /// A histogram at one moment.
  public struct Snapshot: Sendable {
    /// In the metric's unit.
    public var bounds: [Double]
    /// Of each range alone, the one above the last bound included.
    public var counts: [UInt64]
    /// In the metric's unit.
    public var sum: Double

    /// Adds another one with the same bounds, such as that of another thread.
    public mutating func add(_ other: Snapshot) {
      counts = zip(counts, other.counts).map { $0 &+ $1 }
      sum += other.sum
    }
  }
}
