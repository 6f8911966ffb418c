import Diagnosis
import Fleet
import Handles
import Telemetry

/// The series of one host as they come in, under whichever metrics and labels the engine has them.
struct FoundSeries {
  private let host: String
  private let process: String?
  private let samplesMax: Int
  private var samples = 0
  private var series: [HandleSeries] = []
  private var indexOf: [Identity: Int] = [:]

  /// What tells the series of one host apart. Names are bytes: two spellings of one text are two.
  private struct Identity: Hashable {
    var process: [UInt8]
    var instance: Int
    var pid: Int64?
    var started: Timestamp?

    init(_ series: HandleSeries) {
      process = Array(series.process.utf8)
      instance = series.instance
      pid = series.pid
      started = series.started
    }

    /// Where the series stands among those of its host, whatever samples it has: never negative.
    var place: Int64 {
      let numbers = [Int64(instance), pid ?? -1, started?.milliseconds ?? .min]
      let bytes = numbers.flatMap { number in
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      return Int64(truncatingIfNeeded: StableHash.of(bytes + process) >> 1)
    }

    static func isBefore(_ left: Identity, _ right: Identity) -> Bool {
      if left.process != right.process {
        return left.process.lexicographicallyPrecedes(right.process)
      }
      return (left.instance, left.pid ?? -1, left.started?.milliseconds ?? .min)
        < (right.instance, right.pid ?? -1, right.started?.milliseconds ?? .min)
    }
  }

  init(host: String, process: String?, samplesMax: Int) {
    self.host = host
    self.process = process
    self.samplesMax = samplesMax
  }

  /// The series of these labels, if it is wanted.
  private func series(_ labels: [String: String]) -> HandleSeries? {
    guard let series = PrometheusSeries.series(labels: labels), let named = series.host,
      named.utf8.elementsEqual(host.utf8),
      process.map({ $0.utf8.elementsEqual(series.process.utf8) }) ?? true
    else { return nil }
    return series
  }

  /// Whether no series comes behind the cursor's.
  func endsWithSeries(of cursor: SeriesCursor, in labelSets: [[String: String]]) -> Bool {
    labelSets.allSatisfy { labels in
      series(labels).map { Identity($0).place <= cursor.series } ?? true
    }
  }

  /// Values that are no counts, such as NaN and the infinities, are left out.
  mutating func add(_ found: [EngineSeries]) throws(FleetError) {
    for one in found {
      guard let identity = series(one.labels) else { continue }
      let samples = one.samples.compactMap { sample -> Sample? in
        guard let handles = Int64(exactly: sample.value), handles >= 0,
          let time = Timestamp(milliseconds: sample.time)
        else { return nil }
        return Sample(time: time, handles: handles)
      }
      self.samples += samples.count
      guard self.samples <= samplesMax else {
        throw .refused(
          "this host has more than \(samplesMax) samples there; ask for a shorter span of time")
      }
      let key = Identity(identity)
      if let index = indexOf[key] {
        series[index].samples += samples
      } else {
        indexOf[key] = series.count
        var new = identity
        new.samples = samples
        series.append(new)
      }
    }
  }

  /// In an order that doesn't depend on samples, which come and go with time: by a hash of what the
  /// series are, which is a cursor's series.
  func page(_ selection: SeriesSelection) -> SeriesPage {
    var page = SeriesPage()
    var left = max(selection.samplesMax, 1)
    for (place, index) in order {
      if let cursor = selection.cursor, place < cursor.series { continue }
      var one = series[index]
      one.samples = Self.stepped(one.samples.inOrder, selection.step)
      if let cursor = selection.cursor, place == cursor.series {
        one.samples.removeAll { $0.time < cursor.time }
      }
      if one.samples.count > left {
        page.next = SeriesCursor(series: place, time: one.samples[left].time)
        one.samples.removeLast(one.samples.count - left)
      }
      left -= one.samples.count
      if !one.samples.isEmpty { page.series.append(one) }
      if page.next != nil { break }
    }
    return page
  }

  private var order: [(place: Int64, index: Int)] {
    indexOf.map { (place: $0.key.place, identity: $0.key, index: $0.value) }
      .sorted {
        $0.place == $1.place
          ? Identity.isBefore($0.identity, $1.identity) : $0.place < $1.place
      }
      .map { ($0.place, $0.index) }
  }

  /// One sample of each step, the highest.
  private static func stepped(_ samples: [Sample], _ step: Int64?) -> [Sample] {
    guard let step, step > 0 else { return samples }
    var result: [Sample] = []
    for sample in samples {
      if let last = result.last, bucket(last, step) == bucket(sample, step) {
        if sample.handles > last.handles { result[result.count - 1] = sample }
      } else {
        result.append(sample)
      }
    }
    return result
  }

  /// No engine has samples before 1970.
  private static func bucket(_ sample: Sample, _ step: Int64) -> Int64 {
    sample.time.milliseconds / step
  }
}
