import Diagnosis
public import Storage
import Telemetry

extension PrometheusFleet {
  /// The shortest span that is asked for: one with more samples than an answer may have is refused.
  private static let spanMin = Timestamp.millisecondsPerHour

  public func seriesPage(of host: FleetHost, _ selection: SeriesSelection) throws -> SeriesPage {
    guard let span = span(of: selection) else { return SeriesPage() }
    let places = try HostPlaces(
      engine.labelSets(
        HostSelectors.of(host.name, metrics: PrometheusSeries.handleMetrics), span, host.tenant),
      host: host.name)
    var found = FoundSeries(host: host.name, process: selection.process)
    for place in places.labels {
      let selector = Selector(metrics: PrometheusSeries.handleMetrics)
        .with(place.label, place.value)
      try read(selector, span, host.tenant, into: &found)
    }
    return found.page(selection)
  }

  private func span(of selection: SeriesSelection) -> ClosedRange<Timestamp>? {
    let window = window(at: now())
    let start = max(selection.from ?? window.lowerBound, window.lowerBound)
    let end = min(selection.to ?? window.upperBound, window.upperBound)
    return start <= end ? start...end : nil
  }

  /// In halves of the span where the whole has more samples than one answer may have.
  private func read(
    _ selector: Selector, _ span: ClosedRange<Timestamp>, _ tenant: String,
    into found: inout FoundSeries
  ) throws {
    if let series = try engine.samples(selector, span, tenant) { return found.add(series) }
    let (start, end) = (span.lowerBound.milliseconds, span.upperBound.milliseconds)
    guard end - start > Self.spanMin,
      let middle = Timestamp(milliseconds: start + (end - start) / 2),
      let next = Timestamp(milliseconds: middle.milliseconds + 1)
    else {
      throw FleetError.refused("an hour of this host has more samples than one answer may have")
    }
    try read(selector, span.lowerBound...middle, tenant, into: &found)
    try read(selector, next...span.upperBound, tenant, into: &found)
  }
}

/// The series of one host as they come in, under whichever metrics and labels the engine has them.
struct FoundSeries {
  private let host: String
  private let process: String?
  private var series: [HandleSeries] = []
  private var indexOf: [Identity: Int] = [:]

  private struct Identity: Hashable {
    var process: String
    var instance: Int
    var pid: Int64?
    var started: Timestamp?
  }

  init(host: String, process: String?) {
    self.host = host
    self.process = process
  }

  /// Values that are no counts, such as NaN and the infinities, are left out.
  mutating func add(_ found: [EngineSeries]) {
    for one in found {
      guard let identity = PrometheusSeries.series(labels: one.labels), identity.host == host,
        process.map({ $0 == identity.process }) ?? true
      else { continue }
      let samples = one.samples.compactMap { sample -> Sample? in
        guard let handles = Int64(exactly: sample.value), handles >= 0,
          let time = Timestamp(milliseconds: sample.time)
        else { return nil }
        return Sample(time: time, handles: handles)
      }
      let key = Identity(
        process: identity.process, instance: identity.instance, pid: identity.pid,
        started: identity.started)
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

  /// In order of their first samples, with the samples that are wanted. A cursor's series is the
  /// place in this order.
  func page(_ selection: SeriesSelection) -> SeriesPage {
    let ordered = series.map { one in
      var one = one
      one.samples = Self.stepped(PrometheusFleet.ordered(one.samples), selection.step)
      return one
    }
    var page = SeriesPage()
    var left = max(selection.samplesMax, 1)
    let present = ordered.filter { !$0.samples.isEmpty }.sorted(by: Self.isBefore)
    for (place, one) in present.enumerated() {
      var one = one
      if let cursor = selection.cursor {
        if place < cursor.series { continue }
        if place == cursor.series { one.samples.removeAll { $0.time < cursor.time } }
      }
      if one.samples.count > left {
        page.next = SeriesCursor(series: Int64(place), time: one.samples[left].time)
        one.samples.removeLast(one.samples.count - left)
      }
      left -= one.samples.count
      if !one.samples.isEmpty { page.series.append(one) }
      if page.next != nil { break }
    }
    return page
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

  private static func isBefore(_ left: HandleSeries, _ right: HandleSeries) -> Bool {
    func key(_ series: HandleSeries) -> (Int64, String, Int, Int64, Int64) {
      (
        series.samples.first?.time.milliseconds ?? .max, series.process, series.instance,
        series.pid ?? -1, series.started?.milliseconds ?? .min
      )
    }
    return key(left) < key(right)
  }
}
