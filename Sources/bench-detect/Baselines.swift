import Diagnosis
import Foundation
import Handles

/// What a detector says of one trace.
struct Answer {
  var alarm: Bool
  var rate: Double?
  /// Hours from the last sample to the wrap; the upper end is infinite for "possibly never".
  var wrapHours: ClosedRange<Double>?
}

enum Detector: String, CaseIterable {
  case fixlevel = "Fixlevel"
  case mannKendall = "Mann-Kendall, p < 0.05"
  case leastSquares = "least squares, p < 0.05"
  case predictLinear = "predict_linear, 30 days"

  func answer(_ trace: Trace) -> Answer {
    guard self != .fixlevel else { return Self.diagnosed(trace.samples) }
    let start = trace.samples.first?.time
    let hours = trace.samples.map { sample in start.map { sample.time.hours(since: $0) } ?? 0 }
    let counts = trace.samples.map { Double($0.handles) }
    let line = LeastSquares(x: hours, y: counts)
    let left =
      65_536 - ((counts.last ?? 0) - (counts.min() ?? 0)).truncatingRemainder(dividingBy: 65_536)
    let interval =
      line.lower <= line.upper && line.upper > 0
      ? (left / line.upper)...(line.lower > 0 ? left / line.lower : .infinity) : nil
    switch self {
    case .mannKendall:
      let test = MannKendall(counts)
      return Answer(alarm: test.score > 0 && test.pValue < 0.05, rate: line.slope)
    case .leastSquares:
      return Answer(alarm: line.lower > 0, rate: line.slope, wrapHours: interval)
    default:
      let ahead = (hours.last ?? 0) + 720
      let predicted = line.intercept + line.slope * ahead
      return Answer(alarm: predicted - (counts.min() ?? 0) >= 65_536, rate: line.slope)
    }
  }

  private static func diagnosed(_ samples: [Sample]) -> Answer {
    let request = DiagnosisRequest(
      series: [HandleSeries(process: "X", samples: samples)], format: "bench")
    guard let process = try? diagnose(request).processes.first, let now = process.to else {
      return Answer(alarm: false)
    }
    let range = process.wrap.earliest.map { earliest in
      earliest.hours(since: now)...(process.wrap.latest?.hours(since: now) ?? .infinity)
    }
    return Answer(
      alarm: process.leak.finding == .leaking, rate: process.leak.handlesPerHour, wrapHours: range)
  }
}

/// The straight line of ordinary least squares with the usual 95 % interval of its slope.
struct LeastSquares {
  var slope = 0.0
  var intercept = 0.0
  var lower = 0.0
  var upper = 0.0

  init(x: [Double], y: [Double]) {
    let n = Double(x.count)
    guard n > 2 else { return }
    let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (sxx, sxy, syy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      sxx += (x - mx) * (x - mx)
      sxy += (x - mx) * (y - my)
      syy += (y - my) * (y - my)
    }
    guard sxx > 0 else { return }
    slope = sxy / sxx
    intercept = my - slope * mx
    let error = (max(0, syy - slope * sxy) / (n - 2) / sxx).squareRoot()
    (lower, upper) = (slope - 1.96 * error, slope + 1.96 * error)
  }
}
