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

  init(_ catalogue: ProductCatalogue, product: String? = nil, level: String? = nil) {
    let chosen = product ?? ProductID.server.rawValue
    products = catalogue.products.map {
      Choice(value: $0.id.rawValue, label: $0.name, selected: $0.id.rawValue == chosen)
    }
    levels = [Choice(value: Self.unknownLevel, label: "not known", selected: level == nil)]
    levels += ServicePack.allCases.map {
      Choice(value: $0.id, label: Self.label($0), selected: $0.id == level)
    }
  }

  private static func label(_ level: ServicePack) -> String {
    switch level {
    case .rtm: "RTM (no service pack)"
    case .srp: "SRP (security roll-up)"
    default: "Service Pack \(level.id.dropFirst(2))"
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
