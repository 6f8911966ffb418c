import Handles
import KnowledgeBase

/// What the simulator sees on either kernel if a program goes on as it does.
struct Outlook {
  let assumptions: [String]
  /// Until when its chances are; nil without samples.
  let until: Timestamp?
  private let affected: SimulationResult
  private let fixed: SimulationResult

  init(
    _ program: Program?, seed: UInt64, isCancelled: () -> Bool
  ) throws(DiagnosisError) {
    let rate = min(program?.leakPerHour ?? 0, SimulationParameters.ratePerHourMax)
    let hours = Self.horizon(program, rate: rate)
    let parameters = SimulationParameters(
      leakPerHour: rate, touchesPerHour: Assumptions.touchesPerHour, hours: hours, seed: seed)
    func result(_ kernel: Kernel) throws(DiagnosisError) -> SimulationResult {
      let state = program?.replay.state(on: kernel)
      var result = try Simulation.run(
        parameters, from: state?.block ?? KeyControlBlock(kernel: kernel),
        history: state?.history ?? Simulation.History(), start: program?.end,
        isCancelled: isCancelled)
      result.listsEvents = false
      return result
    }
    until = program?.end?.adding(hours: hours)
    affected = try result(.affected)
    fixed = try result(.fixed)
    assumptions = [
      program?.keyShare.map(Assumptions.oneKey(share:)) ?? Assumptions.oneKey,
      Assumptions.perProgram,
      Assumptions.background(touchesPerHour: Assumptions.touchesPerHour),
      Assumptions.hazard(parameters.hazard), Assumptions.closeAtZero(parameters.closeAtZero),
      Assumptions.horizon(hours: hours), Assumptions.refusal,
    ]
  }

  func level(_ servicePack: ServicePack, verdict: Verdict) -> LevelSimulation {
    let simulation: SimulationResult? =
      switch verdict {
      case .affected: affected
      case .fixed: fixed
      case .notListed, .unknown, .notApplicable: nil
      }
    return LevelSimulation(servicePack: servicePack, verdict: verdict, simulation: simulation)
  }

  /// Far enough to see the first dangerous window to its end, up to ten years.
  private static func horizon(_ program: Program?, rate: Double) -> Double {
    guard let program, rate > 0 else { return Assumptions.horizonHours }
    let window = DangerWindows(
      leakPerHour: rate, outstanding: program.replay.outstanding, closeAtZero: .article
    ).end(ofWindow: 0)
    let wanted = max(Assumptions.horizonHours, window + Assumptions.hoursAfterFirstWindow)
    return min(wanted, SimulationParameters.hoursMax)
  }
}
