import Bytes

/// The products whose fix levels are known.
public struct ProductCatalogue: Sendable {
  /// All products. Lists of products follow this order.
  public let products: [Product]
  /// The levels of all products, oldest first.
  public let levels: [ServicePack]
  let lines: [ProductLine]
  let vocabulary: ProductVocabulary
  private let byName: [String: Int]
  private let byID: [ProductID: Int]
  private let families: [ProductID: String]
  private let lineOfProduct: [ProductID: Int]
  private let membersOfSuite: [ProductID: [ProductID]]

  init(lines: [ProductLine]) {
    self.lines = lines
    products = lines.flatMap { $0.releases.flatMap(\.products) }
    levels = Set(products.flatMap(\.ladder)).sorted()
    vocabulary = ProductVocabulary(lines)
    var byName: [String: Int] = [:]
    for (index, product) in products.enumerated() {
      for name in [product.id.rawValue, product.name] + product.aliases {
        byName[Self.normalised(name)] = index
      }
    }
    self.byName = byName
    byID = Dictionary(
      products.enumerated().map { ($0.element.id, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    var families: [ProductID: String] = [:]
    var lineOfProduct: [ProductID: Int] = [:]
    var members: [ProductID: [ProductID]] = [:]
    for (index, line) in lines.enumerated() {
      for release in line.releases {
        let family = release.suite?.rawValue ?? "\(line.id)-\(release.version)"
        if let suite = release.suite { members[suite, default: []] += release.products.map(\.id) }
        for product in release.products {
          lineOfProduct[product.id] = index
          families[product.id] = product.id == .terminalServer ? product.id.rawValue : family
        }
      }
    }
    self.families = families
    self.lineOfProduct = lineOfProduct
    membersOfSuite = members
  }

  /// The product with this id; nil if the catalogue doesn't have it.
  public subscript(id: ProductID) -> Product? { byID[id].map { products[$0] } }

  /// What products with the same packs have in common: the release, or the suite.
  func family(of id: ProductID) -> String? { families[id] }

  /// The line that a product is a version of.
  func line(of id: ProductID) -> Int? { lineOfProduct[id] }

  /// The name that the versions of a product share, such as `SNA Server`.
  public func lineName(of id: ProductID) -> String? { line(of: id).map { lines[$0].name } }

  /// The products whose corrections come with the packs of this suite.
  func members(of suite: ProductID) -> [ProductID] { membersOfSuite[suite] ?? [] }

  /// The place of a product in the catalogue; beyond all others for one that it doesn't have.
  func position(of id: ProductID) -> Int { byID[id] ?? products.count }

  /// The product of this id, name or alias, in any case; nil if the catalogue doesn't have it.
  public func product(named text: String) -> Product? {
    guard text.utf8.count <= 256 else { return nil }
    return byName[Self.normalised(text)].map { products[$0] }
  }

  /// Lower case, with every run of spaces, commas and dashes as one space, so that
  /// `Windows NT Server version 4.0, Terminal Server Edition` is found however it is punctuated.
  /// The words "Microsoft" and "version" are left out.
  private static func normalised(_ name: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.utf8.count)
    for word in name.utf8.split(whereSeparator: isSeparator) {
      let end = bytes.count
      if end > 0 { bytes.append(UInt8(ascii: " ")) }
      let start = bytes.count
      for byte in word { bytes.append(byte.lowercased) }
      let added = bytes[start...]
      if added.elementsEqual("version".utf8) || added.elementsEqual("microsoft".utf8) {
        bytes.removeLast(bytes.count - end)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x09: true
    default: false
    }
  }
}

extension ProductCatalogue {
  /// The products of the archive that have fix levels, and the systems that came later.
  public static let builtIn = ProductCatalogue(
    lines: [.windowsNT(WindowsNT40.release), .windows] + ProductLine.servers + ProductLine.tools
      + ProductLine.office + LaterSystems.lines)
}
