/// One thing that an article says of one product, before the sources are put together.
struct FixFinding: Hashable {
  /// What is said.
  enum Claim: Hashable {
    case resolution(FixRule.Resolution)
    /// A hotfix made before this pack: the pack may carry it, but the text doesn't say so.
    case hotfixBefore(ServicePack)
    /// A hotfix made for this pack: the pack after it should carry it.
    case hotfixAfter(ServicePack)
    /// The level that brought the bug.
    case introduced(ServicePack)
    /// The bug is there at this level.
    case presentAt(ServicePack)
  }

  /// Strongest first.
  enum Strength: Int, Hashable, Comparable {
    case status, keyword, otherSection, fixList

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  var product: ProductID
  var claim: Claim
  var strength: Strength
  var evidence: Evidence
}
