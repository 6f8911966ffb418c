import KnowledgeBase
import Mustache

/// What the selection fields of a form offer, with what was chosen before.
struct FormChoices {
  /// One entry of a selection field.
  struct Choice {
    var value: String
    var label: String
    var selected: Bool
    /// The values of the levels that go with this product, for a script; nil for a level, and where
    /// all of them do.
    var levels: String?
  }

  /// Entries under one heading.
  struct Group {
    var label: String
    var products: [Choice]
  }

  /// A few products need no headings.
  var products: [Choice] = []
  var groups: [Group] = []
  var levels: [Choice]
  /// A level in the words of the machine, which counts instead of the chosen one.
  var reported = ""

  /// In a form the empty choice means "not known"; on the API an empty level is RTM.
  static let unknownLevel = "unknown"

  /// All products and all levels.
  ///
  /// - Parameter hasLaterSystems: whether systems are offered that no article is about, such as Windows 10.
  init(
    _ catalogue: ProductCatalogue, product: String? = nil, level: String? = nil,
    hasLaterSystems: Bool = false
  ) {
    self.init(
      catalogue.products.filter { hasLaterSystems || !$0.levels.isEmpty }, of: catalogue,
      levels: catalogue.levels,
      product: product ?? ProductID.server.rawValue,
      level: level)
  }

  /// The products that an article has rules for, and their levels.
  init(
    _ catalogue: ProductCatalogue, of article: Article, product: String? = nil,
    level: String? = nil
  ) {
    let products = FixCheck(article, catalogue: catalogue).products
    self.init(
      products, of: catalogue, levels: Set(products.flatMap(\.ladder)).sorted(),
      product: product ?? ProductID.server.rawValue, level: level)
  }

  private init(
    _ products: [Product], of catalogue: ProductCatalogue, levels: [ServicePack], product: String,
    level: String?
  ) {
    let choices = products.map {
      Choice(
        value: $0.id.rawValue, label: $0.name, selected: $0.id.rawValue == product,
        levels: $0.ladder == levels ? nil : $0.ladder.map(\.id).joined(separator: " "))
    }
    if choices.count > Self.ungroupedMax {
      groups = Self.groups(choices) { catalogue.lineName(of: ProductID(rawValue: $0.value)) }
    } else {
      self.products = choices
    }
    self.levels = [Choice(value: Self.unknownLevel, label: "not known", selected: level == nil)]
    self.levels += levels.map {
      Choice(value: $0.id, label: Self.label($0), selected: $0.id == level)
    }
  }

  private static let ungroupedMax = 8

  /// The versions of a product together: `Exchange 2000 Server` under `Exchange Server`.
  private static func groups(_ choices: [Choice], _ line: (Choice) -> String?) -> [Group] {
    var groups: [Group] = []
    for choice in choices {
      let name = line(choice) ?? choice.label
      if groups.last?.label == name {
        groups[groups.count - 1].products.append(choice)
      } else {
        groups.append(Group(label: name, products: [choice]))
      }
    }
    return groups
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
    case .notApplicable: "not applicable"
    }
  }

  /// As a sign that needs no colour.
  var sign: String {
    switch self {
    case .affected: "✕"
    case .fixed: "✓"
    case .notListed: "–"
    case .unknown: "?"
    case .notApplicable: "–"
    }
  }
}

/// A form can have hundreds of entries: they are asked for by name, not by reflection.
extension FormChoices.Choice: MustacheParent {
  func child(named name: String) -> Any? {
    switch name {
    case "value": value
    case "label": label
    case "selected": selected
    case "levels": levels
    default: nil
    }
  }
}
