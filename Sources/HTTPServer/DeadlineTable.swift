import HTTPWire

/// When each slot is due, as plain numbers side by side: a look at ten thousand takes microseconds,
/// so they are simply all looked at, but only when the earliest one may be due.
struct DeadlineTable {
  private var due: [MonotonicTime] = []
  /// No slot is due before this. Deadlines that move on leave it too early, which costs one look.
  private(set) var nextCheck = MonotonicTime.distantFuture

  /// Deadlines need no better resolution, and many of them close together are met by one look.
  private static let resolutionMilliseconds: Int64 = 25

  mutating func set(_ slot: Int, _ deadline: MonotonicTime) {
    while due.count <= slot { due.append(.distantFuture) }
    due[slot] = deadline
    if deadline < nextCheck { nextCheck = deadline }
  }

  /// The slots that are due at `now`; whoever asks sets each of them anew.
  mutating func takeDue(at now: MonotonicTime) -> [Int] {
    guard nextCheck <= now else { return [] }
    var slots: [Int] = []
    var next = MonotonicTime.distantFuture
    for (slot, deadline) in due.enumerated() where deadline != .distantFuture {
      if deadline <= now { slots.append(slot) } else { next = min(next, deadline) }
    }
    let earliest = now.advanced(byMilliseconds: Self.resolutionMilliseconds)
    nextCheck = next == .distantFuture ? next : max(next, earliest)
    return slots
  }
}
