public import Bytes

/// What a caller knows about the machine that it asks about.
public struct FixQuery: Hashable, Sendable {
  /// A product's id, name or alias.
  public var product: String
  /// The level in any spelling of `ReportedLevel`; nil if nothing is known, empty for RTM.
  public var servicePack: String?
  /// The date of the kernel file; nil if it is unknown.
  public var kernelDate: CivilDate?
  /// The version of the kernel file, such as `4.0.1381.4`; nil if it is unknown.
  public var kernelVersion: String?

  /// A query as the caller typed it. Nothing is checked until a `FixMachine` is made from it.
  public init(
    product: String, servicePack: String? = nil, kernelDate: CivilDate? = nil,
    kernelVersion: String? = nil
  ) {
    self.product = product
    self.servicePack = servicePack
    self.kernelDate = kernelDate
    self.kernelVersion = kernelVersion
  }
}

/// A question that can't be answered because it names a level its product never had.
public struct UnknownLevelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The level that the query named, as a level id such as `SP7`.
  public var level: String
  /// The product that never had this level.
  public var product: Product

  /// The sentence for the client, with the levels that the product has.
  public var description: String {
    let ladder = product.ladder.map(\.id).joined(separator: ", ")
    return "\(product.name) never had the level \(level); it has \(ladder)"
  }
}

/// The machine of a query, its product and level looked up once for any number of articles.
public struct FixMachine: Sendable {
  /// The product; nil if the catalogue doesn't have it.
  public let product: Product?
  /// The product as it was asked for.
  let name: String
  /// The levels that the words fit; empty if they name none.
  let candidates: [ServicePack]
  /// What must be said about them.
  let notes: [String]
  let kernelDate: CivilDate?

  /// Looks up the product and the level of a query.
  ///
  /// - Throws: `UnknownLevelError` for a level that this product never had.
  public init(_ query: FixQuery, catalogue: ProductCatalogue) throws(UnknownLevelError) {
    name = query.product
    product = catalogue.product(named: query.product)
    kernelDate = query.kernelDate
    guard let product else {
      (candidates, notes) = ([], [])
      return
    }
    (candidates, notes) = try Self.level(query, of: product)
  }

  private static func level(
    _ query: FixQuery, of product: Product
  ) throws(UnknownLevelError) -> (candidates: [ServicePack], notes: [String]) {
    let stated = try query.servicePack.map { text throws(UnknownLevelError) in
      try read(text, of: product)
    }
    let kernel = try query.kernelVersion.map { text throws(UnknownLevelError) in
      try read(text, of: product)
    }
    guard let stated, !stated.candidates.isEmpty else { return kernel ?? stated ?? ([], []) }
    guard let kernel, !kernel.candidates.isEmpty else { return stated }
    // The roll-up is installed on SP6a, and its hosts go on to name that.
    let named = stated.candidates + (stated.candidates.contains(.sp6a) ? [.srp] : [])
    let both = named.filter(kernel.candidates.contains)
    if both.isEmpty {
      return (
        Set(stated.candidates + kernel.candidates).sorted(),
        ["The service pack and the kernel version contradict each other."]
      )
    }
    return (both, both.count > 1 ? stated.notes : [])
  }

  private static func read(
    _ text: String, of product: Product
  ) throws(UnknownLevelError) -> (candidates: [ServicePack], notes: [String]) {
    // Such as Windows 10: its levels are of no use here, so that none can be wrong.
    guard !product.levels.isEmpty else { return ([], []) }
    switch ReportedLevel(text, of: product) {
    case .candidates(let levels, let note): return (levels, note.map { [$0] } ?? [])
    case .notOnLadder(let level): throw UnknownLevelError(level: level, product: product)
    case .unrecognised: return ([], ["The text given as the level names no service pack."])
    }
  }
}
