import Diagnosis
public import Fleet
import Handles
import Telemetry

extension PrometheusFleet {
  /// The shortest span that is asked for: one with more samples than an answer may have is refused.
  private static let spanMin = Timestamp.millisecondsPerHour

  /// A page of series from the last `lookbackDays`.
  ///
  /// - Throws: `FleetError`, `StorageError`.
  public func seriesPage(of host: FleetHost, _ selection: SeriesSelection) throws -> SeriesPage {
    guard var span = span(of: selection) else { return SeriesPage() }
    let deadline = clock() + configuration.timeLimit
    let labelSets = try engine.labelSets(
      HostSelectors.of(host.name, metrics: PrometheusSeries.handleMetrics), span, host.tenant)
    var found = FoundSeries(
      host: host.name, process: selection.process, samplesMax: configuration.samplesOfAReadMax)
    // Of other series all samples may be wanted yet.
    if let cursor = selection.cursor, found.endsWithSeries(of: cursor, in: labelSets) {
      guard cursor.time <= span.upperBound else { return SeriesPage() }
      span = max(span.lowerBound, cursor.time)...span.upperBound
    }
    for place in HostPlaces(labelSets, host: host.name).labels {
      let selector = Selector(metrics: PrometheusSeries.handleMetrics)
        .with(place.label, place.value)
      try read(selector, span, host.tenant, before: deadline, into: &found)
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
    before deadline: ContinuousClock.Instant, into found: inout FoundSeries
  ) throws {
    guard clock() < deadline else {
      throw FleetError.refused(
        "the samples of this host can't be read in \(configuration.timeLimit.components.seconds) s; "
          + "ask for a shorter span of time")
    }
    if let series = try engine.samples(selector, span, tenant) { return try found.add(series) }
    let (start, end) = (span.lowerBound.milliseconds, span.upperBound.milliseconds)
    guard end - start > Self.spanMin,
      let middle = Timestamp(milliseconds: start + (end - start) / 2),
      let next = Timestamp(milliseconds: middle.milliseconds + 1)
    else {
      throw FleetError.refused("an hour of this host has more samples than one answer may have")
    }
    try read(selector, span.lowerBound...middle, tenant, before: deadline, into: &found)
    try read(selector, next...span.upperBound, tenant, before: deadline, into: &found)
  }
}
