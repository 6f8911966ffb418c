public import Fleet
public import KnowledgeBase

/// A host as lists show it: what it is, and the last diagnosis as long as that is of this machine.
///
/// Samples that came since leave a diagnosis a little old. A product or level that was said since
/// leaves it wrong, so it isn't shown then.
public struct ShownHost {
  /// The product's id, or the words of whoever named it; nil if unknown.
  public var product: String?
  /// The level; nil if unknown.
  public var servicePack: String?
  /// The last diagnosis; nil if there is none, or none of this product and level.
  public var outcome: FleetHost.Outcome?

  /// The host as it is shown now.
  public init(_ host: FleetHost, _ catalogue: ProductCatalogue = .builtIn) {
    outcome = host.outcome
    if !host.isAssessed {
      let described = Self.described(host, catalogue)
      if let last = outcome, described != (last.product, last.level) { outcome = nil }
      (product, servicePack) = described
    }
    product = outcome?.product ?? product ?? host.product
    servicePack = outcome?.level ?? servicePack ?? host.servicePack
  }

  /// Product and level as a diagnosis would understand them.
  private static func described(
    _ host: FleetHost, _ catalogue: ProductCatalogue
  ) -> (product: String?, level: String?) {
    let product = host.product.map { catalogue.product(named: $0)?.id.rawValue ?? $0 }
    let query = FixQuery(
      product: product ?? ProductID.server.rawValue, servicePack: host.servicePack)
    let verdict = try? FixCheck(.q179827, catalogue: catalogue).verdict(query)
    return (product, verdict?.servicePack?.id)
  }
}
