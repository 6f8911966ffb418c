import Synchronization

/// The bytes that the bodies of all connections of a server may take together.
public final class BodyBudget: Sendable {
  private let bytesMax: Int
  private let used = Atomic<Int>(0)

  /// A budget of `Limits.collectedBytes`.
  public init(limits: Limits) { bytesMax = limits.collectedBytes }

  /// Bytes that are taken now.
  public var usedBytes: Int { used.load(ordering: .relaxed) }

  /// Takes `count` bytes; false, and nothing taken, if they are not left.
  func take(_ count: Int) -> Bool {
    if used.add(count, ordering: .relaxed).newValue <= bytesMax { return true }
    give(count)
    return false
  }

  func give(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}

/// A body while it is collected, and what is to be done with it.
///
/// What it takes from the budget is the capacity of its array, which grows by half at a time and
/// never beyond what was declared; while it grows, the old array counts beside the new one. So it
/// costs at most one and a half times the bytes that have arrived (or `firstCapacityBytes`), and
/// declared bytes that do not come cost nothing. All is given back when nothing needs it any more:
/// neither the connection nor the work made of it.
struct CollectedBody: ~Copyable {
  private var bytes: [UInt8] = []
  private let bytesMax: Int
  private let lease: Lease
  private let body: @Sendable ([UInt8], Cancellation) -> Response

  /// The least capacity that is taken, if that much was declared.
  static let firstCapacityBytes = 4 * 1024

  /// What is taken from the budget, for as long as this object lives.
  private final class Lease: Sendable {
    private let budget: BodyBudget
    private let taken = Atomic<Int>(0)

    init(_ budget: BodyBudget) { self.budget = budget }

    deinit { budget.give(taken.load(ordering: .relaxed)) }

    var bytes: Int { taken.load(ordering: .relaxed) }

    func extend(by count: Int) -> Bool {
      guard budget.take(count) else { return false }
      taken.add(count, ordering: .relaxed)
      return true
    }

    func reduce(by count: Int) {
      budget.give(count)
      taken.subtract(count, ordering: .relaxed)
    }
  }

  /// A body of at most `bytesMax` bytes: what was declared or what is accepted.
  init(
    _ budget: BodyBudget, atMost bytesMax: Int,
    for body: @escaping @Sendable ([UInt8], Cancellation) -> Response
  ) {
    lease = Lease(budget)
    self.bytesMax = bytesMax
    self.body = body
  }

  /// The memory that it takes.
  var capacityBytes: Int { bytes.capacity }

  /// Adds a part of the body; false if the server has no room for it.
  mutating func append(_ part: ArraySlice<UInt8>) -> Bool {
    let needed = bytes.count + part.count
    let capacity = lease.bytes
    if needed > capacity {
      let roomy = max(Self.firstCapacityBytes, capacity + capacity / 2)
      let grown = max(needed, min(roomy, bytesMax))
      guard lease.extend(by: grown) else { return false }
      bytes.reserveCapacity(grown)
      lease.reduce(by: capacity)
    }
    bytes.append(contentsOf: part)
    return true
  }

  /// The work on the complete body.
  consuming func work() -> Work {
    let (bytes, lease, body) = (bytes, lease, body)
    return Work { _, cancellation in withExtendedLifetime(lease) { body(bytes, cancellation) } }
  }
}
