import RealModule

/// Seeded trials of what the background does to a leaking key on an affected kernel.
///
/// A Poisson process has no memory, so the time it spends outside the windows doesn't matter: one
/// exponential draw, in hours of time in windows, says in which window and when the block is freed.
/// A trial therefore costs the same for one wrap and for a million.
struct Trials {
  let parameters: SimulationParameters
  let windows: DangerWindows
  let history: Simulation.History
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

  mutating func run(alreadyFreed: Bool) {
    var random = SplitMix64(seed: parameters.seed)
    for _ in 0..<Simulation.trials {
      // Both draws are always taken, so that a trial's numbers don't depend on the others.
      let untilFreed = exponential(rate: parameters.pairsPerHour, unit: random.unit())
      let (opens, pairs) = (random.unit(), random.unit())
      let freed = alreadyFreed ? 0 : freedTime(afterExposure: untilFreed)
      guard freed <= parameters.hours else { continue }
      freedTimes.append(freed)
      let crash = crashTime(freedAt: freed, opens: opens, pairs: pairs)
      if crash <= parameters.hours { crashTimes.append(crash) }
    }
  }

  /// A block that the log's own windows freed counts as freed at its last sample.
  private func freedTime(afterExposure exposure: Double) -> Double {
    guard exposure.isFinite else { return .infinity }
    guard exposure > history.exposure else { return 0 }
    return windows.time(ofExposure: exposure - history.exposure)
  }

  /// After the block is freed every leaking open is one access to freed pool, every pair two.
  private func crashTime(freedAt freed: Double, opens: Double, pairs: Double) -> Double {
    let hazard = parameters.hazard
    guard hazard > 0 else { return .infinity }
    let survival = 1 - hazard
    let byPair =
      freed
      + exponential(
        rate: parameters.pairsPerHour * (1 - survival * survival), unit: pairs)
    guard parameters.leakPerHour > 0 else { return byPair }
    let fatalOpen =
      hazard < 1 ? max(1, (Double.log(opens) / Double.log(onePlus: -hazard)).rounded(.up)) : 1
    let opensBefore = (freed * parameters.leakPerHour).rounded(.down)
    return min(byPair, (opensBefore + fatalOpen) / parameters.leakPerHour)
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
