/// Items in the order of their keys, and how many pairs had to change places to get there.
///
/// Kendall's score, tied values and ranks need no more than this, and neither does the count of the
/// slopes between two bounds (`SlopeSweep`). O(n log n), and O(n + pairs) where few change places.
struct KeyedOrder {
  struct Entry {
    var key: Double
    /// Tells items apart; of equal keys the lower item comes first.
    var item: Int32

    static func < (left: Self, right: Self) -> Bool {
      left.key < right.key || (left.key == right.key && left.item < right.item)
    }
  }

  /// Runs of this many entries are sorted by insertion before they are merged.
  private static let insertionMax = 16

  private(set) var entries: [Entry]
  private var scratch: [Entry] = []

  /// Items in the order of the list, all with key 0.
  init(items: some Collection<Int32>) {
    entries = items.map { Entry(key: 0, item: $0) }
  }

  /// Each value with its place as the item.
  init(values: [Double]) {
    entries = values.enumerated().map {
      Entry(key: $1, item: Int32(truncatingIfNeeded: $0))
    }
  }

  /// New keys; the order stays as it is until it is sorted.
  mutating func assignKeys(_ key: (Int32) -> Double) {
    entries.withUnsafeMutableBufferPointer { entries in
      for index in entries.indices { entries[index].key = key(entries[index].item) }
    }
  }

  /// Sorts by insertion until more than `limit` pairs have changed places, with `visit` as in
  /// `mergeSort`. The order stays valid if the limit stops it.
  mutating func insertionSort(
    limit: Int, visit: (UnsafeMutableBufferPointer<Entry>, Range<Int>, Entry) -> Void
  ) -> (swaps: Int, isSorted: Bool) {
    entries.withUnsafeMutableBufferPointer {
      Self.insertionSort($0, 0..<$0.count, limit: limit, visit: visit)
    }
  }

  /// Sorts; how many pairs changed places.
  @discardableResult
  mutating func sort() -> Int {
    var swaps = 0
    mergeSort { _, block, _ in swaps &+= block.count }
    return swaps
  }

  /// Sorts; `visit` gets every pair that changes places once, as a block of entries and the one that
  /// passes all of them.
  mutating func mergeSort(
    visit: (_ entries: UnsafeMutableBufferPointer<Entry>, _ passed: Range<Int>, Entry) -> Void
  ) {
    if scratch.count < entries.count { scratch = entries }
    let count = entries.count
    var width = Self.insertionMax
    var isInScratch = false
    entries.withUnsafeMutableBufferPointer { entries in
      scratch.withUnsafeMutableBufferPointer { scratch in
        for start in stride(from: 0, to: count, by: width) {
          Self.insertionSort(entries, start..<min(start + width, count), limit: .max, visit: visit)
        }
        while width < count {
          let (source, target) = isInScratch ? (scratch, entries) : (entries, scratch)
          for start in stride(from: 0, to: count, by: 2 * width) {
            let middle = min(start + width, count)
            Self.merge(
              source, start..<middle, middle..<min(middle + width, count), into: target,
              visit: visit)
          }
          isInScratch.toggle()
          width *= 2
        }
      }
    }
    if isInScratch { swap(&entries, &scratch) }
  }

  @inline(__always)
  private static func merge(
    _ source: UnsafeMutableBufferPointer<Entry>, _ front: Range<Int>, _ back: Range<Int>,
    into target: UnsafeMutableBufferPointer<Entry>,
    visit: (UnsafeMutableBufferPointer<Entry>, Range<Int>, Entry) -> Void
  ) {
    var (left, right, out) = (front.lowerBound, back.lowerBound, front.lowerBound)
    if !back.isEmpty, !(source[right] < source[right - 1]) { left = front.upperBound }
    while out < left {
      target[out] = source[out]
      out &+= 1
    }
    while left < front.upperBound, right < back.upperBound {
      if source[right] < source[left] {
        visit(source, left..<front.upperBound, source[right])
        target[out] = source[right]
        right &+= 1
      } else {
        target[out] = source[left]
        left &+= 1
      }
      out &+= 1
    }
    while left < front.upperBound {
      target[out] = source[left]
      left &+= 1
      out &+= 1
    }
    while right < back.upperBound {
      target[out] = source[right]
      right &+= 1
      out &+= 1
    }
  }

  @inline(__always)
  @discardableResult
  private static func insertionSort(
    _ entries: UnsafeMutableBufferPointer<Entry>, _ range: Range<Int>, limit: Int,
    visit: (UnsafeMutableBufferPointer<Entry>, Range<Int>, Entry) -> Void
  ) -> (swaps: Int, isSorted: Bool) {
    var swaps = 0
    var index = range.lowerBound &+ 1
    while index < range.upperBound {
      let entry = entries[index]
      var place = index
      while place > range.lowerBound, entry < entries[place &- 1] { place &-= 1 }
      if place < index {
        visit(entries, place..<index, entry)
        var hole = index
        while hole > place {
          entries[hole] = entries[hole &- 1]
          hole &-= 1
        }
        entries[place] = entry
        swaps &+= index &- place
        if swaps > limit { return (swaps, false) }
      }
      index &+= 1
    }
    return (swaps, true)
  }
}
