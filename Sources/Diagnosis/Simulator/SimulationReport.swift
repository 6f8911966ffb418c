public import KnowledgeBase

/// The answer to a simulation at given rates: a timeline per level of a product.
public struct SimulationReport: Sendable {
  /// What was assumed.
  public var assumptions: [String]
  /// Oldest level first.
  public var byServicePack: [LevelSimulation]
}

extension SimulationReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case assumptions
    case byServicePack = "by_service_pack"
  }
}

/// Simulates keys at given rates on the levels of a product.
///
/// - Parameters:
///   - product: id, name or alias; Windows NT Server 4.0 if nil.
///   - servicePack: only the levels that this text fits; all levels if nil or if it names none.
///   - isCancelled: asked now and then; a simulation that nobody waits for any more ends.
public func simulate(
  _ parameters: SimulationParameters, article: Article = .q179827,
  catalogue: ProductCatalogue = .builtIn, product: String? = nil, servicePack: String? = nil,
  isCancelled: () -> Bool = { false }
) throws(DiagnosisError) -> SimulationReport {
  let query = product.map { FixQuery(product: $0, servicePack: servicePack) }
  let ladder: LevelLadder
  do throws(UnknownLevelError) {
    ladder = try LevelLadder(
      article: article, catalogue: catalogue, query: query, servicePack: servicePack)
  } catch {
    throw .unknownLevel(error)
  }
  let wanted = ladder.fix.candidates
  let levels = ladder.levels.filter { wanted.isEmpty || wanted.contains($0.servicePack) }
  let assumed = ladder.assumption.map { [$0] } ?? []
  guard levels.contains(where: { $0.verdict == .affected || $0.verdict == .fixed }) else {
    return SimulationReport(
      assumptions: assumed,
      byServicePack: levels.map {
        LevelSimulation(servicePack: $0.servicePack, verdict: $0.verdict, simulation: nil)
      })
  }
  let affected = try Simulation.run(parameters, on: .affected, isCancelled: isCancelled)
  let fixed = try Simulation.run(parameters, on: .fixed, isCancelled: isCancelled)
  return SimulationReport(
    assumptions: assumed + Assumptions.keys(parameters.keys) + [
      Assumptions.background(touchesPerHour: parameters.pairsPerHour),
      Assumptions.hazard(parameters.hazard), Assumptions.closeAtZero(parameters.closeAtZero),
      Assumptions.refusal,
    ],
    byServicePack: levels.map { level in
      let simulation: SimulationResult? =
        switch level.verdict {
        case .affected: affected
        case .fixed: fixed
        case .notListed, .unknown, .notApplicable: nil
        }
      return LevelSimulation(
        servicePack: level.servicePack, verdict: level.verdict, simulation: simulation)
    })
}
