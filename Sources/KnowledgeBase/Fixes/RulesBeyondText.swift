extension Article {
  /// Adds what `known`, the program's own record of this article, knows from elsewhere: hotfixes,
  /// what other articles say, and rules for products that the text doesn't name. What `known` reads
  /// in the text itself is left to this text.
  ///
  /// Adding twice changes nothing.
  public mutating func addRules(beyondTextOf known: Article, catalogue: ProductCatalogue = .builtIn)
  {
    for rule in known.fixes { addBeyondText(rule) }
    fixes = catalogue.sorted(fixes)
  }

  private mutating func addBeyondText(_ known: FixRule) {
    let own = fixes.indices.filter { fixes[$0].product == known.product }
    let told = Set(own.flatMap { fixes[$0].evidence.map(\.source) })
    let evidence = known.evidence.filter { !$0.isOfText && !told.contains($0.source) }
    let hasHotfix = known.hotfix == nil || own.contains { fixes[$0].hotfix != nil }
    guard !evidence.isEmpty || !hasHotfix else { return }
    let index: Int
    if let same = own.first(where: { fixes[$0].resolution.level == known.resolution.level }) {
      index = same
    } else if own.count == 1, let open = own.first, fixes[open].resolution.isOpen {
      index = open
      fixes[open].resolution = known.resolution
    } else {
      index = fixes.endIndex
      fixes.append(known)
      fixes[index].evidence = []
      fixes[index].hotfix = nil
    }
    fixes[index].evidence += evidence
    if !hasHotfix { fixes[index].hotfix = known.hotfix }
  }
}

extension Evidence {
  /// Whether it was read in the article that it is evidence of.
  fileprivate var isOfText: Bool { source == "STATUS" || source == "Keywords" }
}

extension ProductCatalogue {
  /// Rules in the order of their products; those of one product stay in theirs.
  func sorted(_ rules: [FixRule]) -> [FixRule] {
    rules.enumerated().sorted {
      (position(of: $0.element.product), $0.offset)
        < (position(of: $1.element.product), $1.offset)
    }.map(\.element)
  }
}
