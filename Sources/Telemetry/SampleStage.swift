import Handles

/// Samples on their way from the rows of an upload to their series.
///
/// In most logs each row belongs to another series than the row before. Some ten thousand rows are
/// put in the order of their series first, because to append each at once would touch memory in as
/// many places as there are series, and wait for it.
struct SampleStage: Sendable {
  /// Rows that are kept, 20 bytes each.
  private static let rowsMax = 1 << 16

  private var samples: [Sample] = []
  private var series: [Int32] = []
  /// Kept for its storage; empty between two flushes.
  private var scratch: [Sample] = []

  var isFull: Bool { samples.count >= Self.rowsMax }

  @inline(__always)
  mutating func append(_ sample: Sample, to index: Int) {
    samples.append(sample)
    series.append(Int32(truncatingIfNeeded: index))
  }

  /// Appends the samples to their series, in the order in which they came, and forgets them.
  mutating func flush(into all: inout [HandleSeries]) {
    guard let one = samples.first else { return }
    // Where the samples of each series begin, then where they end.
    var places = [Int](repeating: 0, count: all.count + 1)
    for index in series { places[Int(index) + 1] += 1 }
    for index in 1..<places.count { places[index] += places[index - 1] }
    var sorted: [Sample] = []
    swap(&sorted, &scratch)
    sorted.append(contentsOf: repeatElement(one, count: samples.count))
    var target = sorted.mutableSpan
    for index in samples.indices {
      let owner = Int(series[index])
      target[places[owner]] = samples[index]
      places[owner] += 1
    }
    var start = 0
    for index in all.indices where places[index] > start {
      all[index].samples.append(contentsOf: sorted[start..<places[index]])
      start = places[index]
    }
    sorted.removeAll(keepingCapacity: true)
    swap(&sorted, &scratch)
    samples.removeAll(keepingCapacity: true)
    series.removeAll(keepingCapacity: true)
  }
}
