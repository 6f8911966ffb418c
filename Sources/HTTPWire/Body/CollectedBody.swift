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

/// The bytes of a body in the blocks in which they arrived.
public struct CollectedBytes: Sendable {
  /// The blocks, in order; none is empty.
  public private(set) var blocks: [[UInt8]] = []
  /// Bytes in all blocks.
  public private(set) var count = 0

  /// No bytes.
  public init() {}

  /// These bytes as one block.
  public init(_ bytes: [UInt8]) { append(block: bytes) }

  /// All bytes in one array. A body of several blocks is copied, so that this is for the thread of
  /// a worker and not for that of a reactor.
  public var joined: [UInt8] {
    if blocks.count == 1 { return blocks[0] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for block in blocks { bytes.append(contentsOf: block) }
    return bytes
  }

  mutating func append(block: [UInt8]) {
    guard !block.isEmpty else { return }
    count += block.count
    blocks.append(block)
  }
}

/// A body while it is collected, and what is to be done with it.
///
/// It gathers in blocks that are never moved, because a reactor that copies what has arrived of a
/// big body holds up all its other connections. What it takes from the budget is the capacity of
/// its blocks; each new one is as big as all before it, up to `blockBytesMax`, and never beyond what
/// was declared. So a body costs at most twice the bytes that have arrived (or `firstBlockBytes`),
/// and declared bytes that do not come cost nothing. All is given back when nothing needs it any
/// more: neither the connection nor the work made of it.
struct CollectedBody: ~Copyable {
  /// What is done with a complete body.
  enum Use: Sendable {
    /// As `Reception.collect` says.
    case answer(@Sendable (CollectedBytes, Cancellation) -> Response)
    /// As `Reception.collectDeferred` says.
    case deferred(@Sendable (CollectedBytes, Cancellation, Responder) -> Void)
  }

  private var bytes = CollectedBytes()
  /// The block that is being filled, and how much of it was taken from the budget.
  private var block: [UInt8] = []
  private var blockBytes = 0
  private let bytesMax: Int
  private let lease: Lease
  private let use: Use

  /// The first block, if that much was declared.
  static let firstBlockBytes = 4 * 1024
  /// The biggest block.
  static let blockBytesMax = 1024 * 1024

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

  /// A body of at most `bytesMax` bytes: what was declared or what is accepted.
  init(
    _ budget: BodyBudget, atMost bytesMax: Int, for use: Use
  ) {
    lease = Lease(budget)
    self.bytesMax = bytesMax
    self.use = use
  }

  /// The memory that it takes.
  var capacityBytes: Int { bytes.blocks.reduce(block.capacity) { $0 + $1.capacity } }

  /// Adds a part of the body; false if the server has no room for it.
  mutating func append(_ part: ArraySlice<UInt8>) -> Bool {
    var rest = part
    while !rest.isEmpty {
      if block.count == blockBytes {
        guard beginBlock(atLeast: min(rest.count, Self.firstBlockBytes)) else { return false }
      }
      let taken = rest.prefix(blockBytes - block.count)
      block.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
    }
    return true
  }

  private mutating func beginBlock(atLeast count: Int) -> Bool {
    bytes.append(block: block)
    let roomy = min(max(Self.firstBlockBytes, bytes.count), Self.blockBytesMax)
    let size = max(count, min(roomy, bytesMax - bytes.count))
    guard lease.extend(by: size) else { return false }
    block = []
    block.reserveCapacity(size)
    blockBytes = size
    return true
  }

  /// The work on the complete body.
  consuming func work() -> Work {
    bytes.append(block: block)
    let (bytes, lease) = (bytes, lease)
    switch use {
    case .answer(let body):
      return Work(
        takesBody: true,
        .answer { _, cancellation in
          withExtendedLifetime(lease) { body(bytes, cancellation) }
        })
    case .deferred(let body):
      return Work(
        takesBody: true,
        .deferred { cancellation, responder in
          withExtendedLifetime(lease) { body(bytes, cancellation, responder) }
        })
    }
  }
}
