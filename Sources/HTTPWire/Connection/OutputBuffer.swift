/// Answers on their way to the client: all that are ready leave in one write.
struct OutputBuffer: ~Copyable {
  var storage: [UInt8] = []
  private var sent = 0

  /// An array that grew beyond this for one big answer is not kept for the next.
  private static let keptCapacityBytes = 256 * 1024

  init() {}

  var count: Int { storage.count - sent }
  var isEmpty: Bool { storage.count == sent }
  var pending: Range<Int> { sent..<storage.count }

  /// Notes that the first `count` pending bytes are with the kernel.
  mutating func consume(_ count: Int) {
    sent = min(sent + count, storage.count)
    guard isEmpty else { return }
    sent = 0
    if storage.capacity > Self.keptCapacityBytes {
      storage = []
    } else {
      storage.removeAll(keepingCapacity: true)
    }
  }

  /// Takes over the memory of `spare`, an empty array, if nothing is pending.
  mutating func borrow(_ spare: inout [UInt8]) {
    if isEmpty, storage.capacity < spare.capacity { swap(&storage, &spare) }
  }

  /// Gives the memory back if nothing is pending.
  mutating func giveBack(_ spare: inout [UInt8]) {
    if isEmpty, storage.capacity > spare.capacity { swap(&storage, &spare) }
  }
}
