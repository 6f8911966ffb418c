/// Puts what the sources say together: one rule a product where they agree, one rule a level where
/// they don't, so that the contradiction stays visible.
enum FixRules {
  static func merged(_ findings: [FixFinding], catalogue: ProductCatalogue) -> [FixRule] {
    var byProduct: [ProductID: [FixFinding]] = [:]
    for finding in findings { byProduct[finding.product, default: []].append(finding) }
    guard !byProduct.isEmpty else { return [] }
    return byProduct.keys.sorted { catalogue.position(of: $0) < catalogue.position(of: $1) }
      .flatMap { rules($0, byProduct[$0] ?? [], ladder: catalogue[$0]?.ladder ?? []) }
  }

  private static func rules(
    _ product: ProductID, _ findings: [FixFinding], ladder: [ServicePack]
  ) -> [FixRule] {
    var introduced = ServicePack.rtm
    var resolutions: [FixFinding] = []
    var present: [(level: ServicePack, evidence: Evidence)] = []
    var hotfixes: [(pack: ServicePack, evidence: Evidence)] = []
    for finding in findings.sorted(by: { $0.strength < $1.strength }) {
      switch finding.claim {
      case .resolution, .hotfixBefore: resolutions.append(finding)
      case .hotfixAfter(let pack): hotfixes.append((pack, finding.evidence))
      case .introduced(let level): introduced = max(introduced, level)
      case .presentAt(let level): present.append((level, finding.evidence))
      }
    }
    let introductions = findings.filter {
      if case .introduced = $0.claim { true } else { false }
    }.map(\.evidence)
    func rule(
      _ resolution: FixRule.Resolution, _ evidence: [Evidence], from: ServicePack = .rtm
    ) -> FixRule {
      FixRule(
        product: product, introduced: max(introduced, from), resolution: resolution,
        certainty: .stated, evidence: withoutRepeats(evidence + introductions))
    }
    let levels = Set(resolutions.compactMap(\.level)).sorted()
    guard let first = levels.first else {
      guard let best = resolutions.min(by: { $0.weakness < $1.weakness }) else { return [] }
      return [rule(best.unnumbered, resolutions.map(\.evidence))]
    }
    // What gives no number contradicts no number, unless a hotfix was made after the pack.
    let supporting = resolutions.filter { $0.unnumbered != .none && !$0.contradicts(first) }
      .filter { $0.level == nil }
      .map(\.evidence)
    var rules = levels.map { level in
      rule(
        .servicePack(level),
        resolutions.filter { $0.level == level }.map(\.evidence) + supporting)
    }
    let late = resolutions.filter { $0.contradicts(first) }
    if !late.isEmpty, levels.allSatisfy({ level in late.contains { $0.contradicts(level) } }) {
      rules.append(rule(.hotfix, late.map(\.evidence)))
    }
    // A hotfix for SP3 should be in SP4: where the text says SP5, both are shown.
    for hotfix in hotfixes {
      guard let next = ladder.first(where: { $0 > hotfix.pack }), !levels.contains(next) else {
        continue
      }
      var inferred = rule(.servicePack(next), [hotfix.evidence])
      inferred.certainty = .inferred
      rules.append(inferred)
    }
    // "This problem occurs in SP6a" of a bug that SP5 corrects.
    if let last = levels.last {
      let again = present.filter { $0.level >= last }
      if let from = again.map(\.level).min() {
        rules.append(rule(.none, again.map(\.evidence), from: from))
      }
    }
    return rules
  }
}

extension FixFinding {
  /// The level with the correction, where the source gives one.
  fileprivate var level: ServicePack? {
    if case .resolution(let resolution) = claim { resolution.level } else { nil }
  }

  /// What the source says where no source gives a level.
  fileprivate var unnumbered: FixRule.Resolution {
    switch claim {
    case .resolution(let resolution): resolution
    case .hotfixBefore, .hotfixAfter, .introduced, .presentAt: .hotfix
    }
  }

  /// Orders sources without a level: what says most comes first, and of equals the strongest.
  fileprivate var weakness: Int {
    switch unnumbered {
    case .servicePack: 0
    case .latestServicePack, .hotfix:
      strength.rawValue * 2 + (unnumbered == .latestServicePack ? 0 : 1)
    case .laterVersion: 100
    case .none: 200
    }
  }

  /// A hotfix made before a later pack than the one that is said to carry the correction.
  fileprivate func contradicts(_ level: ServicePack) -> Bool {
    if case .hotfixBefore(let pack) = claim { pack > level && level != .srp } else { false }
  }
}
