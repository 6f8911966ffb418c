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

/// A body while it is collected, and what is to be done with it. Its bytes are given back to the
/// budget when nothing needs them any more: neither the connection nor the work made of it.
struct CollectedBody: ~Copyable {
  private var bytes: [UInt8] = []
  private let lease: Lease
  private let body: @Sendable ([UInt8], Cancellation) -> Response

  /// What is taken from the budget, for as long as this object lives.
  private final class Lease: Sendable {
    private let budget: BodyBudget
    private let taken = Atomic<Int>(0)

    init(_ budget: BodyBudget) { self.budget = budget }

    deinit { budget.give(taken.load(ordering: .relaxed)) }

    func extend(by count: Int) -> Bool {
      guard budget.take(count) else { return false }
      taken.add(count, ordering: .relaxed)
      return true
    }
  }

  init(
    _ budget: BodyBudget, for body: @escaping @Sendable ([UInt8], Cancellation) -> Response
  ) {
    lease = Lease(budget)
    self.body = body
  }

  /// Adds a part of the body; false if the server has no room for it.
  mutating func append(_ part: ArraySlice<UInt8>) -> Bool {
    guard lease.extend(by: part.count) else { return false }
    bytes.append(contentsOf: part)
    return true
  }

  /// The work on the complete body.
  consuming func work() -> Work {
    let (bytes, lease, body) = (bytes, lease, body)
    return Work { cancellation in withExtendedLifetime(lease) { body(bytes, cancellation) } }
  }
}
