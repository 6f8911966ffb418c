import KnowledgeBase

/// The levels of one product at which one article's bug is there.
///
/// What `FixCheck` finds level by level, as ranges that SQL can compare. Spans of one product
/// never overlap, so a level is in one of them at most.
struct AffectedSpan: Hashable {
  var product: ProductID
  /// The rank of the first affected level.
  var introduced: Int
  /// The rank of the first level that isn't affected any more; nil if no level ends it.
  var until: Int?
  var end: FixRule.Resolution

  /// Sorts by what ends the bug, the newest last: no correction at all, a later version, the
  /// levels in their order, a hotfix after the last of them.
  var place: Int {
    switch end {
    case .none, .latestServicePack: 0
    case .laterVersion: 1 << 16
    case .servicePack(let level): 2 << 16 | Int(level.rank)
    case .hotfix: 3 << 16
    }
  }

  /// The spans of all products that the rules are about, in the order of the rules.
  ///
  /// Where rules of one product contradict each other a level counts as affected if any of them
  /// says so, as in `FixCheck`. "The latest service pack" gives no level: not known, so no span.
  static func spans(of rules: [FixRule]) -> [AffectedSpan] {
    var byProduct: [ProductID: [AffectedSpan]] = [:]
    var products: [ProductID] = []
    for span in rules.compactMap(span) {
      if byProduct[span.product] == nil { products.append(span.product) }
      byProduct[span.product, default: []].append(span)
    }
    return products.flatMap { merged(byProduct[$0] ?? []) }
  }

  private static func span(of rule: FixRule) -> AffectedSpan? {
    let introduced = Int(rule.introduced.rank)
    switch rule.resolution {
    case .latestServicePack: return nil
    case .servicePack(let fixed) where fixed <= rule.introduced: return nil
    case .servicePack, .hotfix, .laterVersion, .none:
      return AffectedSpan(
        product: rule.product, introduced: introduced,
        until: rule.resolution.level.map { Int($0.rank) }, end: rule.resolution)
    }
  }

  private static func merged(_ spans: [AffectedSpan]) -> [AffectedSpan] {
    var merged: [AffectedSpan] = []
    for span in spans.sorted(by: { $0.introduced < $1.introduced }) {
      guard var last = merged.last, last.until.map({ span.introduced <= $0 }) ?? true else {
        merged.append(span)
        continue
      }
      switch (last.until, span.until) {
      case (let end?, let other?):
        if other > end { (last.until, last.end) = (other, span.end) }
      case (.some, nil):
        (last.until, last.end) = (nil, span.end)
      case (nil, .some):
        break
      case (nil, nil):
        if span.place > last.place { last.end = span.end }
      }
      merged[merged.count - 1] = last
    }
    return merged
  }
}
