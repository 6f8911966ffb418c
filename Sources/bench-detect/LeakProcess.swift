import Foundation

/// Handles that pile up: what a program has opened and not closed.
struct LeakProcess {
  enum Shape {
    /// Evenly.
    case even
    /// A whole lump every so many hours.
    case lumps(every: Double)
    /// At random times, of a random number of handles each (1 if the mean is 1).
    case arrivals(meanSize: Double)
    /// Evenly on five days of seven; the phase is the hour of the week at the start.
    case weekdays(phase: Double)
  }

  var shape: Shape
  var rate: Double
  private var hour = 0.0
  private var pending = 0.0
  private(set) var leaked = 0.0

  init(_ shape: Shape, rate: Double) {
    self.shape = shape
    self.rate = rate
  }

  mutating func advance(_ hours: Double, _ random: inout Randomness) {
    switch shape {
    case .even:
      leaked += rate * hours
    case .lumps(let period):
      let before = (hour / period).rounded(.down)
      leaked += (((hour + hours) / period).rounded(.down) - before) * rate * period
    case .arrivals(let size):
      let events = random.poisson(rate / size * hours)
      guard size > 1 else {
        leaked += events
        break
      }
      if events > 200 {
        leaked += max(0, size * (events + random.normal() * events.squareRoot()))
      } else {
        // Geometric-like sizes: exponential, at least 1.
        for _ in 0..<Int(events) { leaked += max(1, -size * log2(random.unit()) * 0.693147) }
      }
    case .weekdays(let phase):
      leaked += rate * 7 / 5 * (Self.working(phase + hour + hours) - Self.working(phase + hour))
    }
    hour += hours
  }

  /// Working hours since the start of the first week.
  private static func working(_ hour: Double) -> Double {
    let weeks = (hour / 168).rounded(.down)
    return weeks * 120 + min(120, hour - weeks * 168)
  }

  /// Hours until so many more have leaked, in steps that are small against the answer.
  func hours(toLeak wanted: Double, _ random: inout Randomness) -> Double {
    var future = self
    let target = leaked + wanted
    var passed = 0.0
    let step =
      switch shape {
      case .lumps(let period): period
      case .weekdays: 1.0
      case .even, .arrivals: wanted / rate / 2_000
      }
    while true {
      let before = future.leaked
      future.advance(step, &random)
      if future.leaked >= target {
        let part = future.leaked > before ? (target - before) / (future.leaked - before) : 1
        if case .lumps = shape { return passed + step }
        return passed + part * step
      }
      passed += step
    }
  }
}
