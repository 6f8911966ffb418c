/// How a kernel counts the open instances of a registry key.
public enum Kernel: String, Hashable, Sendable, CaseIterable, Encodable {
  /// Windows NT 4.0 before Service Pack 4: 16 bits, and nothing happens when they run out.
  case affected
  /// Service Pack 4 and later: the open that would wrap the count is refused.
  ///
  /// Seen in a later kernel (NT 5.2) that still counts in 16 bits; that Service Pack 4 does exactly
  /// this is an inference.
  case fixed
}

/// What an affected kernel does with a close while its count reads 0.
public enum CloseAtZero: String, Hashable, Sendable, CaseIterable, Encodable {
  /// As the article says: the block is deleted.
  case article
  /// The other reading: a plain decrement makes 65,535.
  case decrement
}

/// The kernel's control block of one registry key, counted over all processes of one machine.
///
/// Single events and bulk are the same code path, so `open(n)` gives exactly what n times `open()`
/// gives, at a cost that doesn't depend on n.
public struct KeyControlBlock: Hashable, Sendable {
  /// The number of values that the 16-bit count has; the open with this number makes it 0.
  public static let countModulus: Int64 = 65_536
  /// Handles that one block can have at most; opens beyond are refused, because no machine could
  /// hold them and the arithmetic must not overflow.
  public static let maximumOutstanding: Int64 = 1 << 62

  /// What became of the block's memory.
  public enum Storage: String, Hashable, Sendable {
    /// Not there: never made, or deleted with its last handle.
    case released
    /// In use.
    case allocated
    /// Deleted while handles are open: every access from now on hits freed pool.
    case freed
  }

  /// What a number of opens or closes did. Effects add up over events.
  public struct Effect: Hashable, Sendable {
    /// Times that the count went from 65,535 to 0.
    public var wraps: Int64 = 0
    /// Blocks made for a key that had none.
    public var made: Int64 = 0
    /// Blocks deleted with the last handle, as it should be.
    public var released: Int64 = 0
    /// Blocks deleted while handles were open.
    public var freedTooEarly: Int64 = 0
    /// Opens that failed.
    public var refused: Int64 = 0
    /// Accesses to freed pool.
    public var stale: Int64 = 0
    /// Closes that found nothing open.
    public var ignoredCloses: Int64 = 0

    /// Nothing happened.
    public init() {}

    /// Both effects together.
    public static func + (left: Self, right: Self) -> Self {
      var sum = left
      sum.wraps = saturatingSum(left.wraps, right.wraps)
      sum.made = saturatingSum(left.made, right.made)
      sum.released = saturatingSum(left.released, right.released)
      sum.freedTooEarly = saturatingSum(left.freedTooEarly, right.freedTooEarly)
      sum.refused = saturatingSum(left.refused, right.refused)
      sum.stale = saturatingSum(left.stale, right.stale)
      sum.ignoredCloses = saturatingSum(left.ignoredCloses, right.ignoredCloses)
      return sum
    }
  }

  /// Which kernel counts.
  public let kernel: Kernel
  /// The reading of a close at 0; a fixed kernel never gets there.
  public let closeAtZero: CloseAtZero
  /// What the kernel counts.
  public private(set) var openInstances: UInt16 = 0
  /// Handles that are really open.
  public private(set) var outstanding: Int64 = 0
  /// What became of the block's memory.
  public private(set) var storage = Storage.released
  /// Accesses to freed pool so far.
  public private(set) var staleAccesses: Int64 = 0
  /// Opens that failed so far.
  public private(set) var refusedOpens: Int64 = 0

  /// A key that nobody has opened.
  public init(kernel: Kernel, closeAtZero: CloseAtZero = .article) {
    self.kernel = kernel
    self.closeAtZero = closeAtZero
  }

  /// One open.
  @discardableResult
  public mutating func open() -> Effect { open(1) }

  /// `count` opens, one after the other; none if `count` isn't positive.
  @discardableResult
  public mutating func open(_ count: Int64) -> Effect {
    var effect = Effect()
    guard count > 0 else { return effect }
    var room = Self.maximumOutstanding - outstanding
    if kernel == .fixed { room = min(room, Self.countModulus - 1 - Int64(openInstances)) }
    let accepted = min(count, room)
    effect.refused = count - accepted
    refusedOpens = saturatingSum(refusedOpens, effect.refused)
    guard accepted > 0 else { return effect }

    outstanding += accepted
    if storage == .freed {
      effect.stale = accepted
      staleAccesses = saturatingSum(staleAccesses, accepted)
      return effect
    }
    if storage == .released {
      storage = .allocated
      effect.made = 1
    }
    let counted = Int64(openInstances) + accepted
    effect.wraps = counted / Self.countModulus
    openInstances = UInt16(truncatingIfNeeded: counted)
    return effect
  }

  /// One close.
  @discardableResult
  public mutating func close() -> Effect { close(1) }

  /// `count` closes, one after the other; those that find nothing open are ignored.
  @discardableResult
  public mutating func close(_ count: Int64) -> Effect {
    var effect = Effect()
    guard count > 0 else { return effect }
    var left = min(count, outstanding)
    effect.ignoredCloses = count - left

    if storage == .allocated, left > 0 {
      let deletion = closesToDeletion
      let counted = min(left, deletion)
      outstanding -= counted
      left -= counted
      openInstances = UInt16(truncatingIfNeeded: Int64(openInstances) - counted)
      if counted == deletion {
        openInstances = 0
        storage = outstanding == 0 ? .released : .freed
        effect.released = outstanding == 0 ? 1 : 0
        effect.freedTooEarly = outstanding == 0 ? 0 : 1
      }
    }
    if left > 0 {
      outstanding -= left
      effect.stale = left
      staleAccesses = saturatingSum(staleAccesses, left)
    }
    return effect
  }

  /// Opens (positive) or closes (negative), one after the other.
  @discardableResult
  mutating func move(_ change: Int64) -> Effect {
    change > 0 ? open(change) : close(change == .min ? .max : -change)
  }

  /// Takes opens (positive) or closes (negative) before, between and after which the count stays clear
  /// of 0 and of 65,535, so that they have no effect but the count and see no dangerous window; false,
  /// and nothing is changed, for others. A replay of a long log consists of little else.
  @inline(__always)
  mutating func count(_ change: Int64) -> Bool {
    // One comparison each: what lies below 1, or has overflowed, is large without its sign.
    let counted = Int64(openInstances) &+ change
    guard storage == .allocated, openInstances &- 1 < .max - 1,
      UInt64(bitPattern: counted &- 1) < UInt64(UInt16.max - 1)
    else { return false }
    openInstances = UInt16(truncatingIfNeeded: counted)
    outstanding += change
    return true
  }

  /// A process with `handles` of this key's handles ends: they are closed one after the other.
  @discardableResult
  public mutating func exit(handles: Int64) -> Effect { close(handles) }

  /// Closes from here up to and including the one that deletes the block.
  private var closesToDeletion: Int64 {
    if openInstances > 0 { return Int64(openInstances) }
    return closeAtZero == .article ? 1 : Self.countModulus
  }
}

/// `left + right`, held at the largest or smallest number instead of overflowing.
package func saturatingSum(_ left: Int64, _ right: Int64) -> Int64 {
  let (sum, overflow) = left.addingReportingOverflow(right)
  guard overflow else { return sum }
  return left < 0 ? .min : .max
}
