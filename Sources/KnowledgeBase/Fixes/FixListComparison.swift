/// A fix list compared with the rules that were read from the articles it lists.
public struct FixListComparison: Hashable, Sendable {
  /// The result for one entry.
  public enum Outcome: Hashable, Sendable {
    /// The article's own text gives the list's level.
    case agrees
    /// The text gives a later level: fixed is claimed too late.
    case later(ServicePack)
    /// The text gives an earlier level: fixed is claimed too early.
    case earlier(ServicePack)
    /// The text gives no level for the products of the list.
    case undecidable(Reason)
  }

  /// Why an entry of a list can't be compared with the article's own text.
  public enum Reason: String, Hashable, Sendable, Codable {
    /// The article isn't there.
    case missingArticle = "missing_article"
    /// It says nothing of a correction in these products.
    case noRule = "no_rule"
    /// It says "the latest service pack", a hotfix or a later version, or that there is none.
    case noLevel = "no_level"
  }

  /// One entry of the list with its result.
  public struct Line: Hashable, Sendable {
    /// The entry as the list has it.
    public var entry: FixList.Entry
    /// What the article's own text says about it.
    public var outcome: Outcome
    /// The passages that the article's rules were read from.
    public var evidence: [Evidence]
  }

  /// The number of the article that is the list.
  public var list: ArticleID
  /// The entries in the order of the list, each with its outcome.
  public var lines: [Line]

  /// Compares every entry of a list.
  ///
  /// - Parameter rules: Gives the rules of an article from its own text alone; nil if the article is
  ///   missing.
  public init(_ list: FixList, rules: (ArticleID) -> [FixRule]?) {
    self.list = list.id
    lines = list.entries.map { entry in
      guard let all = rules(entry.article) else {
        return Line(entry: entry, outcome: .undecidable(.missingArticle), evidence: [])
      }
      let own = all.filter { entry.products.contains($0.product) }
      return Line(
        entry: entry, outcome: Self.outcome(own, entry.level), evidence: own.flatMap(\.evidence))
    }
  }

  /// Of contradictory levels the latest counts, as in a verdict.
  private static func outcome(_ rules: [FixRule], _ listed: ServicePack) -> Outcome {
    guard !rules.isEmpty else { return .undecidable(.noRule) }
    guard let level = rules.compactMap(\.resolution.level).max() else {
      return .undecidable(.noLevel)
    }
    if level == listed { return .agrees }
    return level > listed ? .later(level) : .earlier(level)
  }

  /// The number of entries where the article's own text gives a level.
  public var decidable: Int {
    lines.count { if case .undecidable = $0.outcome { false } else { true } }
  }

  /// The number of entries where the article's own text gives the list's level.
  public var agreeing: Int { lines.count { $0.outcome == .agrees } }
}
