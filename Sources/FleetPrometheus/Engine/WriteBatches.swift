import Diagnosis
import Handles
import Telemetry

/// Series on their way to the engine, in requests of bounded size: each is made when it is its turn, so
/// that what waits is in memory once.
struct WriteBatches: Sendable {
  private enum Entry {
    case series(HandleSeries)
    case value([String: String], time: Timestamp, Double)
  }

  /// What is left of a series that went into a request in part.
  private struct Rest {
    var labels: [String: String]
    var samples: ArraySlice<Sample>
    var bytes: Int
  }

  /// Memory of an entry beside its samples, about.
  private static let entryBytes = 1_024

  private let labels: [String: String]
  private let samplesMax: Int
  /// From the last one on, each is gone when it is in a request.
  private var entries: [Entry] = []
  private var rest: Rest?
  private var samples = 0
  private var heldBytes = 0

  /// - Parameters:
  ///   - labels: Of every series.
  ///   - samplesMax: Of one request.
  init(labels: [String: String], samplesMax: Int) {
    self.labels = labels
    self.samplesMax = samplesMax
  }

  /// Adds the samples of a series; those of one may go into several requests.
  mutating func append(_ series: HandleSeries) {
    guard !series.samples.isEmpty else { return }
    var series = series
    // Counts of keys are not kept.
    series.keys = []
    entries.append(.series(series))
    samples += series.samples.count
    heldBytes += Self.bytes(of: series)
  }

  /// Adds one value.
  mutating func append(_ labels: [String: String], _ time: Timestamp, _ value: Double) {
    entries.append(.value(labels, time: time, value))
    samples += 1
    heldBytes += Self.entryBytes
  }

  var isEmpty: Bool { entries.isEmpty && rest == nil }

  /// Memory of what is left, and of the next request.
  var bytes: Int {
    let next = min(samples + (rest?.samples.count ?? 0), samplesMax)
    return heldBytes + next * MemoryLayout<Sample>.stride
  }

  /// Takes out the next request; nil behind the last one.
  mutating func next() throws -> RemoteWriteRequest? {
    if isEmpty { return nil }
    var request = RemoteWriteRequest()
    var room = samplesMax
    while room > 0 {
      if var part = rest {
        let taken = part.samples.prefix(room)
        try request.append(
          labels: part.labels,
          samples: taken.lazy.map { ($0.time.milliseconds, Double($0.handles)) })
        room -= taken.count
        part.samples = part.samples.dropFirst(taken.count)
        rest = part.samples.isEmpty ? nil : part
        if part.samples.isEmpty { heldBytes -= part.bytes }
        continue
      }
      switch entries.popLast() {
      case nil: return request
      case .value(let labels, let time, let value)?:
        try request.append(
          labels: labels.merging(self.labels) { $1 }, samples: [(time.milliseconds, value)])
        samples -= 1
        heldBytes -= Self.entryBytes
        room -= 1
      case .series(let series)?:
        samples -= series.samples.count
        rest = Rest(
          labels: PrometheusSeries.labels(of: series).merging(self.labels) { $1 },
          samples: series.samples.inOrder[...], bytes: Self.bytes(of: series))
      }
    }
    return request
  }

  private static func bytes(of series: HandleSeries) -> Int {
    entryBytes + MemoryLayout<Sample>.stride * series.samples.count
  }
}
