import HTTPTypes
import KnowledgeBase

/// The product and the level of a machine, for questions about all articles at once.
struct MachineLevel: Sendable {
  var product: Product
  /// Of several levels that the words fit the lowest, so that nothing counts as fixed too early.
  var level: ServicePack
  /// What must be said about the level.
  var note: String?

  /// - Throws: `Problem` (400) if the words name no level, or one that the product never had.
  init(_ product: Product, level words: String) throws(Problem) {
    self.product = product
    switch ReportedLevel(words, of: product) {
    case .candidates(let levels, let note):
      guard let lowest = levels.first else { throw Self.unrecognised }
      level = lowest
      self.note = note.map { "\($0) The list is that of \(lowest.id)." }
    case .notOnLadder(let level):
      let ladder = product.ladder.map(\.id).joined(separator: ", ")
      throw Problem(
        .badRequest, "\(product.name) never had the level \(level); it has \(ladder).")
    case .unrecognised: throw Self.unrecognised
    }
  }

  /// From the parameters `product` and `service_pack`.
  init(_ parameters: QueryParameters, _ catalogue: ProductCatalogue) throws(Problem) {
    guard let product = try ListFilters.product(parameters, catalogue) else {
      throw Problem(.badRequest, "The parameter product is missing.")
    }
    guard let words = try parameters.shortValue("service_pack") else {
      throw Problem(.badRequest, "The parameter service_pack is missing.")
    }
    try self.init(product, level: words)
  }

  private static let unrecognised = Problem(
    .badRequest, "The text given as the level names no service pack.")
}
