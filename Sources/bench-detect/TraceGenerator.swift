import Diagnosis
import Foundation
import Handles

/// Seeded logs of handle counts: whole numbers, 10 seconds to an hour apart, some with missing
/// samples.
struct TraceGenerator {
  static let start = Timestamp(milliseconds: 920_246_400_000)
  static let modulus = 65_536.0
  var random: Randomness

  init(seed: UInt64) { random = Randomness(seed: seed) }

  mutating func trace(_ kind: TraceKind, count: Int? = nil) -> Trace {
    let hours = count.map { (0..<$0).map { Double($0) / 60 } } ?? times(kind)
    let span = hours.last ?? 1
    var trace = Trace(kind: kind, samples: [])
    let values: [Double]
    if kind.leaks {
      values = leak(kind, hours, span, &trace)
    } else {
      values = harmless(kind, hours, span)
    }
    let base = random.scaled(20...3_000)
    trace.samples = zip(hours, values).compactMap { hour, value in
      guard let time = Self.start?.adding(hours: hour),
        let handles = Int64(exactly: max(0, base + value).rounded())
      else { return nil }
      return Sample(time: time, handles: handles)
    }
    return trace
  }

  // MARK: Times

  private static let steps = [10.0, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600].map { $0 / 3_600 }

  private mutating func times(_ kind: TraceKind) -> [Double] {
    var step = Self.steps[random.whole(0...9)]
    var count = random.scaled(80...2_000).rounded()
    while step * count < kind.spanHoursMin { step *= 2; count = min(2_000, count * 1.2) }
    // A rhythm needs a few samples of each turn.
    step = min(step, 2)
    if kind.spanHoursMin > 1 { count = max(count, (kind.spanHoursMin / step).rounded(.up)) }
    var hours = (0..<Int(count)).map { Double($0) * step }
    let span = hours.last ?? 1
    if kind == .irregularLeak || random.unit() < 0.15 {
      hours = hours.map { $0 + random.uniform(0...0.9) * step }
    }
    let missing = random.unit() < 0.3 ? random.uniform(0...0.3) : 0
    hours = hours.filter { _ in random.unit() >= missing }
    if kind == .leakWithGaps || kind == .gaps {
      for _ in 0..<random.whole(1...3) {
        let gap = random.uniform(0.1...0.8) * span
        let length = random.uniform(0.05...0.15) * span
        hours.removeAll { $0 > gap && $0 < gap + length }
      }
    }
    let first = hours.first ?? 0
    return hours.map { $0 - first }
  }

  // MARK: Backgrounds

  mutating func white(_ hours: [Double], _ sigma: Double) -> [Double] {
    hours.map { _ in sigma * random.normal() }
  }

  /// A stationary first-order process with this correlation time, in hours.
  mutating func autocorrelated(
    _ hours: [Double], _ sigma: Double, memory: Double
  ) -> [Double] {
    var value = sigma * random.normal()
    var before = hours.first ?? 0
    return hours.map { hour in
      let phi = exp(-(hour - before) / memory)
      value = phi * value + sigma * (1 - phi * phi).squareRoot() * random.normal()
      before = hour
      return value
    }
  }

  mutating func daily(_ hours: [Double], _ height: Double) -> [Double] {
    let phase = random.uniform(0...24)
    let sharpness = random.uniform(0.5...3)
    return hours.map { hour in
      height * pow((1 + sin(2 * Double.pi * (hour - phase) / 24)) / 2, sharpness)
    }
  }

  private mutating func weekly(_ hours: [Double], _ height: Double) -> [Double] {
    let phase = random.uniform(0...168)
    let day = daily(hours, height)
    return zip(hours, day).map { hour, value in
      (hour + phase).truncatingRemainder(dividingBy: 168) < 120 ? value : 0.1 * value
    }
  }

  private mutating func jobs(_ hours: [Double], _ span: Double, _ height: Double) -> [Double] {
    let period = span / random.uniform(6...40)
    let duty = random.uniform(0.05...0.3)
    let phase = random.unit()
    return hours.map { hour in
      let turns = hour / period + phase
      return turns - turns.rounded(.down) < duty ? height * random.uniform(0.9...1) : 0
    }
  }

  private mutating func spikes(_ hours: [Double], _ height: Double) -> [Double] {
    let chance = random.uniform(0.005...0.04)
    return hours.map { _ in random.unit() < chance ? height * random.uniform(0.3...1.7) : 0 }
  }

  mutating func warmUp(_ hours: [Double], _ span: Double, _ height: Double) -> [Double] {
    let memory = span * random.uniform(0.02...0.15)
    return hours.map { height * (1 - exp(-$0 / memory)) }
  }

  private mutating func sessions(_ hours: [Double], _ span: Double) -> [Double] {
    let mean = random.scaled(10...400)
    let stay = span / random.scaled(20...400)
    var before = 0.0
    var count = random.poisson(mean)
    return hours.map { hour in
      let left = exp(-(hour - before) / stay)
      before = hour
      count = (count * left).rounded() + random.poisson(mean * (1 - left))
      return count
    }
  }

  func sum(_ parts: [Double]...) -> [Double] {
    parts.dropFirst().reduce(parts[0]) { zip($0, $1).map(+) }
  }

  // MARK: Without a leak

  private mutating func harmless(
    _ kind: TraceKind, _ hours: [Double], _ span: Double
  ) -> [Double] {
    let small = white(hours, random.scaled(0.3...6))
    let height = random.scaled(20...2_000)
    switch kind {
    case .whiteNoise, .gaps: return white(hours, random.scaled(1...200))
    case .weakAutocorrelation:
      return autocorrelated(hours, random.scaled(2...200), memory: span / random.uniform(100...400))
    case .strongAutocorrelation:
      return sum(
        autocorrelated(hours, random.scaled(2...200), memory: span / random.uniform(20...80)), small
      )
    case .daily: return sum(daily(hours, height), small)
    case .weekly: return sum(weekly(hours, height), small)
    case .jobs: return sum(jobs(hours, span, height), small)
    case .warmUp: return sum(warmUp(hours, span, height), small)
    case .oneStep:
      let at = random.uniform(0.05...0.95) * span
      return sum(hours.map { $0 < at ? 0 : height }, small)
    case .severalSteps:
      // Up and down between levels.
      var changes = (0..<random.whole(2...6)).map { _ in random.uniform(0.05...0.95) * span }
      changes.sort()
      let levels = changes.map { _ in height * random.unit() }
      return sum(
        hours.map { hour in
          changes.lastIndex { $0 <= hour }.map { levels[$0] } ?? height / 2
        }, small)
    case .spikes: return sum(spikes(hours, height), small)
    case .restarts:
      let length = span / Double(random.whole(3...8))
      return sum(
        hours.map { hour in
          height * (1 - exp(-hour.truncatingRemainder(dividingBy: length) / (0.03 * length)))
        }, small)
    case .decayingCache:
      let memory = span * random.uniform(0.05...0.6)
      return sum(hours.map { height * exp(-$0 / memory) }, small)
    case .meanReverting:
      return autocorrelated(hours, height / 4, memory: span / random.uniform(8...25))
    case .shrinking:
      return sum(
        hours.map { height * (1 - $0 / span) }, white(hours, height / random.uniform(4...30)))
    case .sessions: return sessions(hours, span)
    default: return hours.map { _ in 0 }
    }
  }
}
