public import KnowledgeBase

/// The product and the level of a machine, for questions about all articles at once.
public struct MachineLevel: Sendable {
  /// The machine's product.
  public var product: Product
  /// Of several levels that the words fit the lowest, so that nothing counts as fixed too early.
  public var level: ServicePack
  /// What must be said about the level.
  public var note: String?

  /// Why words are no level of a product.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A level that this product never had.
    case notOnLadder(String, Product)
    /// Words that name no level.
    case unrecognised

    /// The sentence for whoever asked.
    public var description: String {
      switch self {
      case .notOnLadder(let level, let product):
        "\(product.name) never had the level \(level); it has "
          + "\(product.ladder.map(\.id).joined(separator: ", "))."
      case .unrecognised: "The text given as the level names no service pack."
      }
    }
  }

  /// - Throws: `Failure` if the words name no level, or one that the product never had.
  public init(_ product: Product, level words: String) throws(Failure) {
    self.product = product
    switch ReportedLevel(words, of: product) {
    case .candidates(let levels, let note):
      guard let lowest = levels.min() else { throw .unrecognised }
      level = lowest
      self.note = note.map { "\($0) The list is that of \(lowest.id)." }
    case .notOnLadder(let level): throw .notOnLadder(level, product)
    case .unrecognised: throw .unrecognised
    }
  }
}
