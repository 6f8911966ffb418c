import Bytes
import RealModule

/// Seeded trials of what the background does to leaking keys on an affected kernel.
///
/// A Poisson process has no memory, so the time it spends outside the windows doesn't matter: one
/// exponential draw, in hours of time in windows, says in which window and when a block is freed.
/// A trial therefore costs the same for one wrap and for a million, and one draw more for each further
/// key that is freed before the machine goes down.
struct Trials {
  let parameters: SimulationParameters
  let windows: DangerWindows
  let history: Simulation.History
  /// Trials between two questions whether somebody still waits.
  static let trialsAtOnce = 250
  /// Draws so far: what the work is measured by.
  private(set) var draws = 0
  private var freedTimes: [Double] = []
  private var crashTimes: [Double] = []

  init(
    parameters: SimulationParameters, windows: DangerWindows, history: Simulation.History
  ) {
    self.parameters = parameters
    self.windows = windows
    self.history = history
  }

  var chanceFreed: Double { Double(freedTimes.count) / Double(Simulation.trials) }
  var chanceCrash: Double { Double(crashTimes.count) / Double(Simulation.trials) }
  /// The median time over all trials; nil if it happens in less than half of them.
  var middleFreed: Double? { middle(freedTimes) }
  var middleCrash: Double? { middle(crashTimes) }

  mutating func run(alreadyFreed: Bool, isCancelled: () -> Bool) throws(DiagnosisError) {
    var random = SplitMix64(seed: parameters.seed)
    for trial in 0..<Simulation.trials {
      if trial % Self.trialsAtOnce == 0, isCancelled() { throw .cancelled }
      // All draws are always taken, so that a trial's numbers don't depend on the others.
      let exposure = exponential(rate: parameters.pairsPerHour, unit: random.unit())
      let (opens, pairs) = (random.unit(), random.unit())
      var furtherKeys = SplitMix64(seed: parameters.keys > 1 ? random.next() : 0)
      draws += 3
      let freed = alreadyFreed ? 0 : freedTime(afterExposure: exposure)
      guard freed <= parameters.hours else { continue }
      freedTimes.append(freed)
      let crash = crashTime(
        freedAt: freed, exposure: exposure, opens: opens, pairs: pairs, &furtherKeys)
      if crash <= parameters.hours { crashTimes.append(crash) }
    }
  }

  /// A block that the log's own windows freed counts as freed at its last sample.
  private func freedTime(afterExposure exposure: Double) -> Double {
    guard exposure.isFinite else { return .infinity }
    guard exposure > history.exposure else { return 0 }
    return windows.time(ofExposure: exposure - history.exposure)
  }

  /// After a key's block is freed every leaking open of it is one access to freed pool, every pair two.
  private mutating func crashTime(
    freedAt first: Double, exposure: Double, opens: Double, pairs: Double,
    _ furtherKeys: inout SplitMix64
  ) -> Double {
    let hazard = parameters.hazard
    guard hazard > 0 else { return .infinity }
    let (survival, keys) = (1 - hazard, Double(parameters.keys))
    let pairHazard = parameters.pairsPerHour / keys * (1 - survival * survival)
    let leak = parameters.leakPerKeyAndHour
    // What the machine survives of either: so many stale opens, and so much of the pairs' hazard.
    var opensLeft =
      hazard < 1 ? max(1, (Double.log(opens) / Double.log(onePlus: -hazard)).rounded(.up)) : 1
    var hazardLeft = -Double.log(pairs)
    var (freed, exposure, count) = (first, exposure, 1.0)
    while true {
      let byPair = pairHazard > 0 ? freed + hazardLeft / (count * pairHazard) : .infinity
      let opensBefore = (freed * leak).rounded(.down)
      let byOpen =
        leak > 0 ? (opensBefore + (opensLeft / count).rounded(.up)) / leak : .infinity
      let crash = min(byPair, byOpen)
      guard count < keys, crash > freed else { return crash }
      draws += 1
      exposure += exponential(
        rate: parameters.pairsPerHour * (keys - count) / keys, unit: furtherKeys.unit())
      let next = freedTime(afterExposure: exposure)
      guard next < crash, next <= parameters.hours else { return crash }
      opensLeft = max(1, opensLeft - count * ((next * leak).rounded(.down) - opensBefore))
      hazardLeft -= count * pairHazard * (next - freed)
      (freed, count) = (next, count + 1)
    }
  }

  private func exponential(rate: Double, unit: Double) -> Double {
    rate > 0 ? -Double.log(unit) / rate : .infinity
  }

  private func middle(_ times: [Double]) -> Double? {
    let index = Simulation.trials / 2
    var times = times
    return OrderStatistics.select(index, in: &times)
  }
}
