/// The fix lists of an import, indexed by the articles that they list.
public struct FixListings: Sendable {
  private struct Listing: Hashable {
    var list: ArticleID
    var entry: FixList.Entry
  }

  private var byArticle: [ArticleID: [Listing]] = [:]

  /// No lists yet: `apply` changes nothing until lists are added.
  public init() {}

  /// Adds every entry of a list.
  public mutating func add(_ list: FixList) {
    for entry in list.entries {
      byArticle[entry.article, default: []].append(Listing(list: list.id, entry: entry))
    }
  }

  /// Adds all lists of another collection.
  public mutating func add(_ other: FixListings) {
    byArticle.merge(other.byArticle) { $0 + $1 }
  }

  /// The articles that any list names, sorted by number.
  public var articles: [ArticleID] { byArticle.keys.sorted() }

  /// Adds what the lists say to the article's rules: evidence where a rule agrees or gives no
  /// level, a rule of its own where it disagrees or the product has none.
  ///
  /// A product that the list is for and the article does not name makes an inferred rule. Lists
  /// of several parts, or several lists, may name an article more than once; applying twice changes
  /// nothing.
  public func apply(to article: inout Article, catalogue: ProductCatalogue = .builtIn) {
    let listings = (byArticle[article.id] ?? []).sorted {
      ($0.entry.level, $0.list, $0.entry.line) < ($1.entry.level, $1.list, $1.entry.line)
    }
    guard !listings.isEmpty else { return }
    let applied = AppliedProducts(article.appliesTo, catalogue: catalogue).products
    for listing in listings {
      for product in listing.entry.products {
        let evidence = Evidence(
          source: listing.list.description, text: listing.entry.title, line: listing.entry.line)
        Self.add(
          evidence, level: listing.entry.level, product: product,
          isNamed: applied.contains(product), to: &article.fixes)
      }
    }
    article.fixes = catalogue.sorted(article.fixes)
  }

  private static func add(
    _ evidence: Evidence, level: ServicePack, product: ProductID, isNamed: Bool,
    to rules: inout [FixRule]
  ) {
    let own = rules.indices.filter { rules[$0].product == product }
    let told = own.filter { rules[$0].evidence.contains { $0.source == evidence.source } }
    guard told.isEmpty else {
      // What the program tells of a list, without a line, gives way to the user's copy of it.
      for rule in told where rules[rule].resolution.level == level {
        for place in rules[rule].evidence.indices {
          let former = rules[rule].evidence[place]
          if former.source == evidence.source, former.line == nil {
            rules[rule].evidence[place] = evidence
          }
        }
      }
      return
    }
    if let same = own.first(where: { rules[$0].resolution.level == level }) {
      rules[same].evidence.append(evidence)
    } else if let open = own.first(where: { rules[$0].resolution.isOpen }), own.count == 1 {
      rules[open].resolution = .servicePack(level)
      rules[open].evidence.append(evidence)
    } else {
      let certainty = isNamed || !own.isEmpty ? Certainty.stated : .inferred
      rules.append(
        FixRule(
          product: product, resolution: .servicePack(level), certainty: certainty,
          evidence: [evidence]))
    }
  }
}

extension FixRule.Resolution {
  /// Whether a list that gives a level adds to it rather than contradicts it.
  var isOpen: Bool {
    switch self {
    case .latestServicePack, .hotfix, .none: true
    case .servicePack, .laterVersion: false
    }
  }
}
