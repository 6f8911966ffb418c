import Diagnosis
import Handles

/// The fitted slope of a leak, laid through the samples that it was fitted to.
///
/// The detector gives a slope with its interval; the line is put at the median of what the samples
/// leave over, and the band turns around the middle of their time.
struct TrendLine {
  /// Samples that the place of the line is taken from.
  private static let samplesMax = 4_096

  let from: Timestamp
  let to: Timestamp
  private let middle: Timestamp
  private let level: Double
  private let slope: Double
  private let interval: ClosedRange<Double>

  /// Nil for a series that has no slope.
  init?(_ leak: Leak, in run: Run) {
    let samples = run.samples.drop { sample in leak.since.map { sample.time < $0 } ?? false }
    guard leak.finding == .leaking || leak.finding == .suspected, let slope = leak.handlesPerHour,
      let first = samples.first?.time, let last = samples.last?.time, first < last,
      let middle = Timestamp(milliseconds: (first.milliseconds + last.milliseconds) / 2)
    else { return nil }
    let stride = max(1, samples.count / Self.samplesMax)
    let rests = Swift.stride(from: samples.startIndex, to: samples.endIndex, by: stride).map {
      Double(samples[$0].handles) - slope * samples[$0].time.hours(since: middle)
    }
    guard let level = OrderStatistics.median(rests) else { return nil }
    from = first
    to = last
    self.middle = middle
    self.level = level
    self.slope = slope
    interval = leak.interval ?? slope...slope
  }

  /// The line as a path.
  func path(in area: PlotArea) -> String {
    "M" + [from, to].map { point($0, slope, area) }.joined(separator: "L")
  }

  /// What lies between the lines of the interval's ends.
  func band(in area: PlotArea) -> String {
    let (lower, upper) = (interval.lowerBound, interval.upperBound)
    let points = [
      point(from, upper, area), point(middle, slope, area), point(to, upper, area),
      point(to, lower, area), point(middle, slope, area), point(from, lower, area),
    ]
    return "M" + points.joined(separator: "L") + "Z"
  }

  private func point(_ time: Timestamp, _ slope: Double, _ area: PlotArea) -> String {
    let count = level + slope * time.hours(since: middle)
    return "\(area.column(of: time)) \(area.row(of: count))"
  }
}
