import KnowledgeBase

/// How the answer speaks of the article: what the level does with a count that goes past 65,535.
enum Reading: Hashable {
  /// It wraps.
  case affected
  /// Further opens are refused.
  case fixed
  /// Affected or fixed, depending on the level, which is unknown.
  case either
  /// The article says nothing of the product.
  case uncovered
  /// No product is named: the general answer comes first.
  case unnamed
  /// It can't be a Windows NT.
  case notApplicable

  init(_ kind: HostKind, _ verdict: Verdict) {
    switch (kind, verdict) {
    case (.other, _), (_, .notApplicable): self = .notApplicable
    case (.unnamed, .fixed): self = .fixed
    case (.unnamed, _): self = .unnamed
    case (.named, .affected): self = .affected
    case (.named, .fixed): self = .fixed
    case (.named, .unknown): self = .either
    case (.named, .notListed): self = .uncovered
    }
  }

  /// Whether the count may wrap.
  var canWrap: Bool {
    switch self {
    case .affected, .either, .uncovered, .unnamed: true
    case .fixed, .notApplicable: false
    }
  }
}
