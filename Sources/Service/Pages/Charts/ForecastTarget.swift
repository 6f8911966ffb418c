import Diagnosis
import Handles

/// The limit that a forecast leads to: the one that the process meets first.
struct ForecastTarget {
  let expected: Timestamp
  let earliest: Timestamp?
  let latest: Timestamp?
  /// The count of this process at which it is met.
  let level: Double
  /// What stands at its line.
  let label: String
  /// What will have happened then, such as `leaked 65,536 handles`.
  let event: String

  /// Farther limits would make a chart of nothing: ten years.
  private static let hoursMax = 87_660.0

  /// Nil where none is ahead within ten years.
  init?(_ process: MeasuredProcess) {
    guard let limit = process.diagnosis.limits.first, let last = process.runs.last?.samples.last
    else {
      return nil
    }
    let wrap = process.diagnosis.wrap
    let isKey = limit.limit.resource == .registryKeyOpens
    let isAgain = limit.reached && isKey && wrap.pastWraps > 0
    guard !limit.reached || isAgain else { return nil }
    let met: (expected: Timestamp?, earliest: Timestamp?, latest: Timestamp?) =
      isAgain
      ? (wrap.expectedAt, wrap.earliest, wrap.latest)
      : (limit.expectedAt, limit.earliest, limit.latest)
    guard let time = met.expected, last.time < time,
      time.hours(since: last.time) <= Self.hoursMax
    else { return nil }
    (expected, earliest, latest) = (time, met.earliest, met.latest)
    let count = HumanText.number(Double(limit.limit.count))
    guard isKey else {
      level = Double(limit.limit.count)
      label = "\(count) \(limit.limit.resource.plural)"
      event = "reached \(label)"
      return
    }
    if limit.processes > 1 {
      // The processes meet it together: this one gets as far as its own rate takes it.
      let rate = process.diagnosis.leak.handlesPerHour ?? 0
      level = Double(last.handles) + max(1, rate * time.hours(since: last.time))
    } else {
      level = Double(last.handles) + Double(wrap.remainingOpens)
    }
    let opens = Double(wrap.pastWraps + 1) * Double(KeyControlBlock.countModulus)
    let together = limit.processes > 1 ? " together" : ""
    let effect = limit.limit.source == .article ? "the count wraps" : "opens are refused"
    label = "\(HumanText.number(opens)) leaked\(together): \(effect)\(isAgain ? " again" : "")"
    event = "leaked \(HumanText.number(opens)) handles\(together)"
  }
}
