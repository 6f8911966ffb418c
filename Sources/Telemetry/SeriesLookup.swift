/// Finds the series of a row by the bytes of its identity cells, without making a string of them.
///
/// The same series may come in several spellings, so this is a cache in front of
/// `UploadBuilder.index(of:)`: it may forget, and a row it doesn't know costs more, no less.
struct SeriesLookup: Sendable {
  private struct Entry {
    var key: Range<Int>
    var hash: UInt64
    var series: Int
    /// The entry of the row that followed the last time: rows tend to come in the same order.
    var successor: Int
  }

  /// Adjacent identity columns, which are compared as one piece of the row.
  let runs: [ClosedRange<Int>]
  private let entriesMax: Int
  private var entries: [Entry] = []
  private var keys: [UInt8] = []
  private var slots: [Int32]
  private var last = 0
  /// Also keeps rows that are made to collide from costing more than a miss.
  private static let probesMax = 16
  private static let keyBytesMax = 1_024

  init(columns: [Int] = [], seriesMax: Int = 0) {
    var runs: [ClosedRange<Int>] = []
    for column in columns.sorted() {
      if let run = runs.last, run.upperBound + 1 == column {
        runs[runs.count - 1] = run.lowerBound...column
      } else {
        runs.append(column...column)
      }
    }
    self.runs = runs
    entriesMax = min(4 * seriesMax, 1 << 16)
    slots = Array(repeating: -1, count: entriesMax == 0 ? 1 : 1 << 10)
  }

  /// The series of the row, if its spelling is known.
  @inline(__always)
  mutating func find(_ row: Span<UInt8>, _ cells: [Cell]) -> Int? {
    guard !entries.isEmpty else { return nil }
    let guess = entries[last].successor
    if matches(entries[guess].key, row, cells) {
      last = guess
      return entries[guess].series
    }
    return search(row, cells)
  }

  /// Whether the bytes at `index`, which moves behind them, are the spelling that followed the last
  /// one the last time. For lookups with one run.
  @inline(__always)
  func expects(_ bytes: Span<UInt8>, from index: inout Int) -> Bool {
    guard !entries.isEmpty else { return false }
    let key = entries[entries[last].successor].key
    let length = key.count - 1  // without the NUL
    guard length >= 0, index >= 0, bytes.count - index >= length else { return false }
    let (keys, bytes) = (keys.span.bytes, bytes.bytes)
    var offset = 0
    while length - offset >= 8 {
      let expected = keys.unsafeLoadUnaligned(
        fromByteOffset: key.lowerBound + offset, as: UInt64.self)
      let found = bytes.unsafeLoadUnaligned(fromByteOffset: index + offset, as: UInt64.self)
      guard found == expected else { return false }
      offset &+= 8
    }
    while offset < length {
      let expected = keys.unsafeLoad(fromByteOffset: key.lowerBound + offset, as: UInt8.self)
      let found = bytes.unsafeLoad(fromByteOffset: index + offset, as: UInt8.self)
      guard found == expected else { return false }
      offset &+= 1
    }
    index &+= length
    return true
  }

  /// The series of the spelling that `expects` found.
  @inline(__always)
  mutating func takeExpected() -> Int {
    last = entries[last].successor
    return entries[last].series
  }

  /// Remembers the spelling of the row, which `find` didn't know.
  mutating func insert(_ row: Span<UInt8>, _ cells: [Cell], series: Int) {
    guard entries.count < entriesMax else { return }
    let start = keys.count
    for run in runs {
      for index in Self.range(of: run, cells) { keys.append(row[index]) }
      keys.append(0)
    }
    guard keys.count - start <= Self.keyBytesMax else {
      keys.removeSubrange(start...)
      return
    }
    if (entries.count + 1) * 4 > slots.count { grow() }
    let new = entries.count
    entries.append(
      Entry(
        key: start..<keys.count, hash: hash(row, cells), series: series, successor: new))
    place(new)
    entries[last].successor = new
    last = new
  }

  private mutating func search(_ row: Span<UInt8>, _ cells: [Cell]) -> Int? {
    let hash = hash(row, cells)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    for _ in 0..<Self.probesMax {
      let index = Int(slots[slot])
      if index < 0 { return nil }
      if entries[index].hash == hash, matches(entries[index].key, row, cells) {
        entries[last].successor = index
        last = index
        return entries[index].series
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func place(_ index: Int) {
    var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
    for _ in 0..<Self.probesMax {
      if slots[slot] < 0 {
        slots[slot] = Int32(truncatingIfNeeded: index)
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for index in entries.indices { place(index) }
  }

  /// With the quotes around quoted cells: equal bytes then always mean equal cells.
  @inline(__always)
  private static func range(of run: ClosedRange<Int>, _ cells: [Cell]) -> Range<Int> {
    let start = cells[run.lowerBound].outerStart
    return start..<max(start, cells[run.upperBound].outerEnd)
  }

  @inline(__always)
  private func matches(_ key: Range<Int>, _ row: Span<UInt8>, _ cells: [Cell]) -> Bool {
    var position = key.lowerBound
    for run in runs {
      let range = Self.range(of: run, cells)
      guard key.upperBound - position > range.count else { return false }
      for index in range {
        if keys[position] != row[index] { return false }
        position &+= 1
      }
      // A row holds no NUL, so a longer cell can't match here.
      if keys[position] != 0 { return false }
      position &+= 1
    }
    return position == key.upperBound
  }

  /// FNV-1a, mixed at the end because the low bits choose the slot.
  private func hash(_ row: Span<UInt8>, _ cells: [Cell]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for run in runs {
      for index in Self.range(of: run, cells) {
        hash = (hash ^ UInt64(row[index])) &* 0x100_0000_01B3
      }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    return hash ^ (hash >> 32)
  }
}
