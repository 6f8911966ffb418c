/// The bytes that arrived and are not used up: `storage[start..<end]`.
///
/// A reactor has one big array and lends it to the connection whose turn it is. What is left over
/// at the end of the turn is kept in an array of its own size, so that ten thousand connections
/// that wait hold next to nothing, and memory grows with what has arrived.
struct InputBuffer: ~Copyable {
  private(set) var storage: [UInt8] = []
  private(set) var start = 0
  private(set) var end = 0

  init() {}

  var count: Int { end - start }
  var isEmpty: Bool { start == end }
  var range: Range<Int> { Range(uncheckedBounds: (start, end)) }

  mutating func consume(_ count: Int) {
    start = min(start + count, end)
    if start == end { clear() }
  }

  mutating func clear() {
    start = 0
    end = 0
  }

  /// Takes `spare` as storage, what is left over at its front.
  mutating func borrow(_ spare: inout [UInt8]) {
    guard spare.count > storage.count else { return }
    if !isEmpty {
      let kept = count
      spare.replaceSubrange(0..<kept, with: storage[range])
      start = 0
      end = kept
    }
    swap(&storage, &spare)
  }

  /// Gives the storage back and keeps a copy of what is left over.
  mutating func giveBack(_ spare: inout [UInt8]) {
    guard storage.count > spare.count else { return }
    let kept = isEmpty ? [] : Array(storage[range])
    swap(&storage, &spare)
    storage = kept
    start = 0
    end = kept.count
  }

  /// Lets `fill` write behind the last byte, with room for `minimum` bytes or more, and returns
  /// how many it says it wrote.
  mutating func fill(
    atLeast minimum: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int
  ) -> Int {
    makeRoom(for: minimum)
    let used = end
    let written = storage.withUnsafeMutableBytes { bytes in
      let free = UnsafeMutableRawBufferPointer(rebasing: bytes[used...])
      return min(max(fill(free), 0), free.count)
    }
    end += written
    return written
  }

  /// Lets the parser look at the bytes. The span is made here because one that is made from
  /// another type's property keeps all of that type from being changed.
  func advance(
    _ parser: inout HeadParser, _ head: inout RequestHead, limits: Limits
  ) -> HeadParser.Progress {
    parser.advance(&head, in: storage.span.extracting(range), limits: limits)
  }

  /// Lets the body's decoder look at the bytes.
  func advance(_ body: inout BodyDecoder) -> BodyDecoder.Step {
    body.next(in: storage.span.extracting(range))
  }

  private mutating func makeRoom(for minimum: Int) {
    if storage.count - end >= minimum { return }
    if start > 0 {
      let kept = count
      for offset in 0..<kept { storage[offset] = storage[start + offset] }
      start = 0
      end = kept
    }
    if storage.count - end < minimum {
      let missing = max(minimum, storage.count) - (storage.count - end)
      storage.append(contentsOf: repeatElement(0, count: missing))
    }
  }
}
