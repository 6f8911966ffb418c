/// The products of an article's list, looked up in the catalogue.
struct AppliedProducts {
  let mentions: [ProductMentions.Mention]
  let products: [ProductID]
  private let catalogue: ProductCatalogue

  init(_ entries: [String], catalogue: ProductCatalogue) {
    self.catalogue = catalogue
    var mentions: [ProductMentions.Mention] = []
    for entry in entries {
      let found = ProductMentions(TextWords(entry).words[...], catalogue: catalogue).items
        .compactMap { if case .product(let mention) = $0 { mention } else { nil } }
      // "Windows NT Server versions 4.0, 4.0 SP4, Terminal Server Edition" is that edition alone.
      let edition = found.contains { $0.edition == .terminalServer }
      for var mention in found {
        if edition { mention.edition = .terminalServer }
        if !mentions.contains(mention) { mentions.append(mention) }
      }
    }
    self.mentions = mentions
    var products: [ProductID] = []
    for mention in mentions {
      for product in Self.named(mention, catalogue) where !products.contains(product) {
        products.append(product)
      }
    }
    self.products = products
  }

  /// The products that a mention in the text means, given what the article applies to.
  ///
  /// "Windows NT 4.0" means those of its editions that the list has, or all that share its packs
  /// where the list has none. A name without a version means the one version that the list has.
  /// A suite means itself and its members in the list, whose packs are the suite's.
  func meant(by mention: ProductMentions.Mention) -> [ProductID] {
    let line = catalogue.lines[mention.line]
    let releases = mention.release.map { [$0] } ?? listedReleases(of: mention.line)
    guard releases.count == 1, let index = releases.first else { return [] }
    let release = line.releases[index]
    guard release.products.count == 1, let product = release.products.first else {
      return editions(of: release, mention.edition)
    }
    return [product.id] + catalogue.members(of: product.id).filter(products.contains)
  }

  /// The products of the same line that are older than this release and in the list.
  func older(than mention: ProductMentions.Mention) -> [ProductID] {
    guard let release = mention.release else { return [] }
    let line = catalogue.lines[mention.line]
    return line.releases.prefix(release).flatMap(\.products).map(\.id).filter(products.contains)
  }

  private func listedReleases(of line: Int) -> [Int] {
    Set(mentions.filter { $0.line == line }.compactMap(\.release)).sorted()
  }

  private func editions(
    of release: ProductLine.Release, _ edition: ProductMentions.Edition
  ) -> [ProductID] {
    let ids = release.products.map(\.id)
    if edition == .terminalServer { return ids.filter { $0 == .terminalServer } }
    let sharing = ids.filter { $0 != .terminalServer }
    let listed = sharing.filter(products.contains)
    return listed.isEmpty ? sharing : listed
  }

  private static func named(
    _ mention: ProductMentions.Mention, _ catalogue: ProductCatalogue
  ) -> [ProductID] {
    guard let index = mention.release else { return [] }
    let ids = catalogue.lines[mention.line].releases[index].products.map(\.id)
    guard ids.count > 1 else { return ids }
    return ids.filter {
      switch mention.edition {
      case .any: $0 != .terminalServer
      case .workstation: $0 == .workstation
      case .server: $0 == .server
      case .enterprise: $0 == .enterprise
      case .terminalServer: $0 == .terminalServer
      }
    }
  }
}
