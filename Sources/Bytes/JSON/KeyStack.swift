/// The keys of the objects that are open, to find the same key twice.
struct KeyStack: Sendable {
  private var bytes: [UInt8] = []
  private var keys: [(hash: UInt64, range: Range<Int>)] = []
  /// Where each open object's keys begin.
  private var starts: [Int] = []

  mutating func open() { starts.append(keys.count) }

  mutating func close() {
    guard let start = starts.popLast(), start < keys.count else { return }
    bytes.removeSubrange(keys[start].range.lowerBound...)
    keys.removeSubrange(start...)
  }

  func isFull(membersMax: Int) -> Bool { keys.count - (starts.last ?? 0) >= membersMax }

  /// False where the innermost object has the key already, or as many members as it may have.
  mutating func insert(_ key: [UInt8], membersMax: Int) -> Bool {
    guard !isFull(membersMax: membersMax) else { return false }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for other in keys[(starts.last ?? 0)...] where other.hash == hash {
      if bytes[other.range].elementsEqual(key) { return false }
    }
    let start = bytes.count
    bytes.append(contentsOf: key)
    keys.append((hash, start..<bytes.count))
    return true
  }
}
