public import KnowledgeBase

/// One level of a product's ladder and what the simulator saw there.
public struct LevelSimulation: Hashable, Sendable {
  /// The level.
  public var servicePack: ServicePack
  /// The article's answer for the level.
  public var verdict: Verdict
  /// Nil where the verdict is neither affected nor fixed.
  public var simulation: SimulationResult?
}

extension LevelSimulation: Encodable {
  private enum CodingKeys: String, CodingKey {
    case servicePack = "service_pack"
    case verdict, simulation
  }

  /// An absent simulation is written as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(servicePack, forKey: .servicePack)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(simulation, forKey: .simulation)
  }
}
