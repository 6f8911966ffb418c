import Bytes
import Diagnosis
import Foundation
import Handles

/// What a generated process does; the raw value names it in a failing test.
enum Behaviour: String, CaseIterable, Sendable {
  case slowLeak, leakUnderNoise, leakWithDailyRhythm, sawtooth, lateOnset, lumps, leakWithSpikes
  case leakWithGaps, poissonLeak, leakWithJobs, leakAfterWarmUp, leakUnderAutocorrelation

  case constant, whiteNoise, autocorrelated, dailyRhythm, warmUp, oneStep, spikes, jobs
  case restarts, gaps, decline, twoLevels, sessions, officeHours

  var leaks: Bool {
    switch self {
    case .slowLeak, .leakUnderNoise, .leakWithDailyRhythm, .sawtooth, .lateOnset, .lumps,
      .leakWithSpikes, .leakWithGaps, .poissonLeak, .leakWithJobs, .leakAfterWarmUp,
      .leakUnderAutocorrelation:
      true
    case .constant, .whiteNoise, .autocorrelated, .dailyRhythm, .warmUp, .oneStep, .spikes, .jobs,
      .restarts, .gaps, .decline, .twoLevels, .sessions, .officeHours:
      false
    }
  }
}

/// A generated series and the truth about it.
struct Trace {
  var samples: [Sample]
  /// Handles per hour; 0 without a leak.
  var handlesPerHour: Double
}

/// Seeded traces in the character of logged handle counts: whole numbers, a few hundred samples.
struct TraceGenerator {
  static let start = Timestamp(milliseconds: 920_246_400_000)
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * random.unit()
  }

  mutating func normal() -> Double {
    sqrt(-2 * log(random.unit())) * cos(2 * Double.pi * random.unit())
  }

  mutating func poisson(_ mean: Double) -> Double {
    guard mean < 30 else { return max(0, (mean + normal() * mean.squareRoot()).rounded()) }
    var product = random.unit()
    var count = 0.0
    while product > exp(-mean) {
      product *= random.unit()
      count += 1
    }
    return count
  }

  /// (hours, samples per hour)
  private static let plans: [(Double, Double)] = [
    (24, 12), (72, 6), (168, 4), (336, 1), (720, 1),
  ]

  mutating func trace(_ behaviour: Behaviour) -> Trace {
    var plan = Self.plans[Int.random(in: 0..<Self.plans.count, using: &random)]
    if [.leakWithDailyRhythm, .officeHours].contains(behaviour), plan.0 < 72 { plan = (72, 6) }
    let (span, perHour) = plan
    var hours = stride(from: 0, to: span, by: 1 / perHour).map { $0 }
    if behaviour == .leakWithGaps || behaviour == .gaps { hours = irregular(hours, span: span) }
    let base = uniform(50...1_500)
    let rise = exp(uniform(log(80)...log(4_000)))
    let rate = behaviour.leaks ? rise / span : 0
    let shape = values(behaviour, hours: hours, span: span, rise: rise)
    let samples = zip(hours, shape).compactMap { hour, value -> Sample? in
      guard let start = Self.start, let time = start.adding(hours: hour),
        let handles = Int64(exactly: max(0, base + value).rounded())
      else { return nil }
      return Sample(time: time, handles: handles)
    }
    let fullRate = behaviour == .lateOnset ? rise / (0.45 * span) : rate
    return Trace(samples: samples, handlesPerHour: behaviour == .lateOnset ? fullRate : rate)
  }

  private mutating func irregular(_ hours: [Double], span: Double) -> [Double] {
    let gap = uniform(0.2...0.7) * span
    return hours.map { $0 + uniform(0...0.9) * span / Double(hours.count) }
      .filter { ($0 < gap || $0 > gap + 0.15 * span) && random.unit() < 0.7 }
  }

  /// Above the base level.
  private mutating func values(
    _ behaviour: Behaviour, hours: [Double], span: Double, rise: Double
  ) -> [Double] {
    let line = hours.map { rise * $0 / span }
    let small = noise(hours, uniform(0.5...4))
    switch behaviour {
    case .slowLeak: return sum(line, small)
    case .leakUnderNoise: return sum(line, noise(hours, rise / uniform(3...8)))
    case .leakWithDailyRhythm: return sum(line, daily(hours, rise * uniform(0.2...0.8)), small)
    case .sawtooth: return sum(sawtooth(hours, span: span, rise: rise, climbs: true), small)
    case .lateOnset:
      return sum(hours.map { max(0, rise * ($0 - 0.55 * span) / (0.45 * span)) }, small)
    case .lumps:
      let lump = span / uniform(9...24)
      return sum(hours.map { rise * ($0 / lump).rounded(.down) * lump / span }, small)
    case .leakWithSpikes: return sum(line, spikes(hours, rise), small)
    case .leakWithGaps: return sum(line, small)
    case .poissonLeak:
      var total = 0.0
      return sum(hours.map { _ in increase(&total, rise / Double(hours.count)) }, small)
    case .leakWithJobs: return sum(line, jobs(hours, rise * uniform(0.3...1)), small)
    case .leakAfterWarmUp: return sum(line, warmUp(hours, span, rise * uniform(0.2...1)), small)
    case .leakUnderAutocorrelation:
      return sum(line, autoregressive(hours, 0.8, rise / uniform(12...30)))
    case .constant: return hours.map { _ in 0 }
    case .whiteNoise: return noise(hours, uniform(1...60))
    case .autocorrelated: return autoregressive(hours, uniform(0.7...0.97), uniform(2...40))
    case .dailyRhythm: return sum(daily(hours, uniform(20...400)), small)
    case .warmUp: return sum(warmUp(hours, span, uniform(30...800)), small)
    case .oneStep:
      let (at, height) = (uniform(0.1...0.9) * span, uniform(20...900))
      return sum(hours.map { $0 < at ? 0 : height }, small)
    case .spikes: return sum(spikes(hours, uniform(30...900)), small)
    case .jobs: return sum(jobs(hours, uniform(30...900)), small)
    case .restarts: return sum(sawtooth(hours, span: span, rise: rise, climbs: false), small)
    case .gaps: return noise(hours, uniform(1...40))
    case .decline: return sum(line.map { -$0 / 8 }, small)
    case .twoLevels: return sum(twoLevels(hours, uniform(20...300)), small)
    case .sessions: return sessions(hours, perHour: Double(hours.count) / span)
    case .officeHours: return sum(office(hours, uniform(40...500)), small)
    }
  }

  private func sum(_ parts: [Double]...) -> [Double] {
    parts.dropFirst().reduce(parts[0]) { total, part in zip(total, part).map(+) }
  }

  private mutating func noise(_ hours: [Double], _ sigma: Double) -> [Double] {
    hours.map { _ in sigma * normal() }
  }

  private mutating func increase(_ total: inout Double, _ mean: Double) -> Double {
    total += poisson(mean)
    return total
  }

  private mutating func autoregressive(
    _ hours: [Double], _ phi: Double, _ sigma: Double
  ) -> [Double] {
    var value = sigma * normal()
    return hours.map { _ in
      value = phi * value + sigma * (1 - phi * phi).squareRoot() * normal()
      return value
    }
  }

  private mutating func daily(_ hours: [Double], _ amplitude: Double) -> [Double] {
    let phase = uniform(0...24)
    return hours.map { amplitude / 2 * (1 + sin(2 * Double.pi * ($0 - phase) / 24)) }
  }

  private mutating func office(_ hours: [Double], _ height: Double) -> [Double] {
    let phase = uniform(0...24)
    return hours.map { hour in
      let clock = (hour + phase).truncatingRemainder(dividingBy: 24)
      let day = Int((hour + phase) / 24) % 7
      return day < 5 && clock > 8 && clock < 17 ? height * uniform(0.8...1) : 0
    }
  }

  private mutating func warmUp(_ hours: [Double], _ span: Double, _ height: Double) -> [Double] {
    let constant = span * uniform(0.02...0.12)
    return hours.map { height * (1 - exp(-$0 / constant)) }
  }

  private mutating func spikes(_ hours: [Double], _ height: Double) -> [Double] {
    hours.map { _ in random.unit() < 0.02 ? height * uniform(0.5...1.5) : 0 }
  }

  private mutating func jobs(_ hours: [Double], _ height: Double) -> [Double] {
    let period = max(4 * ((hours.last ?? 1) / Double(hours.count)), uniform(4...24))
    let duty = uniform(0.1...0.35)
    let phase = uniform(0...1)
    return hours.map { hour in
      let turns = hour / period + phase
      return turns - turns.rounded(.down) < duty ? height : 0
    }
  }

  private mutating func twoLevels(_ hours: [Double], _ height: Double) -> [Double] {
    var up = false
    return hours.map { _ in
      if random.unit() < 0.05 { up.toggle() }
      return up ? height : 0
    }
  }

  private mutating func sessions(_ hours: [Double], perHour: Double) -> [Double] {
    let mean = uniform(20...200)
    let leave = uniform(0.05...0.4)
    var count = poisson(mean)
    return hours.map { _ in
      count = max(0, count - poisson(count * leave)) + poisson(mean * leave)
      return count
    }
  }

  private mutating func sawtooth(
    _ hours: [Double], span: Double, rise: Double, climbs: Bool
  ) -> [Double] {
    let runs = uniform(3...7).rounded()
    let length = span / runs
    return hours.map { hour in
      let age = hour.truncatingRemainder(dividingBy: length)
      return climbs ? rise * age / span : -60 * exp(-age / (0.02 * length))
    }
  }
}
