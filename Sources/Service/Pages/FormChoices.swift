import KnowledgeBase

/// What the selection fields of a form offer, with what was chosen before.
struct FormChoices {
  /// One entry of a selection field.
  struct Choice {
    var value: String
    var label: String
    var selected: Bool
  }

  var products: [Choice]
  var levels: [Choice]

  /// In a form the empty choice means "not known"; on the API an empty level is RTM.
  static let unknownLevel = "unknown"

  /// All products and all levels.
  init(_ catalogue: ProductCatalogue, product: String? = nil, level: String? = nil) {
    self.init(
      catalogue.products, levels: catalogue.levels, product: product ?? ProductID.server.rawValue,
      level: level)
  }

  /// The products that an article has rules for, and their levels.
  init(_ catalogue: ProductCatalogue, of article: Article) {
    let products = catalogue.products.filter { product in
      article.fixes.contains { $0.product == product.id }
    }
    self.init(
      products, levels: Set(products.flatMap(\.ladder)).sorted(),
      product: ProductID.server.rawValue, level: nil)
  }

  private init(_ products: [Product], levels: [ServicePack], product: String, level: String?) {
    self.products = products.map {
      Choice(value: $0.id.rawValue, label: $0.name, selected: $0.id.rawValue == product)
    }
    self.levels = [Choice(value: Self.unknownLevel, label: "not known", selected: level == nil)]
    self.levels += levels.map {
      Choice(value: $0.id, label: Self.label($0), selected: $0.id == level)
    }
  }

  private static func label(_ level: ServicePack) -> String {
    switch level {
    case .rtm: "RTM (no service pack)"
    case .srp: "SRP (security roll-up)"
    case _ where level.id.hasPrefix("SP"): "Service Pack \(level.id.dropFirst(2))"
    default: level.id
    }
  }
}

extension Verdict {
  /// As a word on a page.
  var label: String {
    switch self {
    case .affected: "affected"
    case .fixed: "fixed"
    case .notListed: "not listed"
    case .unknown: "cannot tell"
    }
  }
}
