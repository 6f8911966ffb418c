/// Whether a product has the bug.
public enum Verdict: String, Hashable, Sendable, Codable {
  /// This level has the bug.
  case affected
  /// This level has the fix.
  case fixed
  /// The article does not cover this product or level, so it may or may not have the bug.
  case notListed = "not_listed"
  /// The level is unknown, or the article doesn't say which level has the fix.
  case unknown
  /// The article can't concern the system: only of hosts, when their counts are diagnosed.
  case notApplicable = "not_applicable"

  /// Of several answers, the one that promises least comes first.
  static let mostCautiousFirst: [Verdict] = [
    .affected, .unknown, .fixed, .notListed, .notApplicable,
  ]
}

/// The answer to "is this product at this service pack affected or fixed?", with its evidence.
public struct FixVerdict: Hashable, Sendable {
  /// The article that was asked about.
  public var article: ArticleID
  /// The product's id, or what was asked for if no product of the catalogue has that name.
  public var product: String
  /// The lowest of `candidates`, which the host has at least; nil if none is known.
  public var servicePack: ServicePack?
  /// All levels that the host's words fit, oldest first; empty if none is known.
  public var candidates: [ServicePack]
  /// The answer.
  public var verdict: Verdict
  /// The first level with the correction, where the article names one.
  public var fixedIn: ServicePack?
  /// Whether a source states the answer or it was concluded from one.
  public var certainty: Certainty
  /// The passages that the answer rests on; empty for `notListed`.
  public var evidence: [Evidence]
  /// Sentences that a reader of the answer needs, such as why it is `unknown`.
  public var notes: [String]

  /// A verdict with these values. Nothing is checked.
  public init(
    article: ArticleID, product: String, servicePack: ServicePack?,
    candidates: [ServicePack] = [], verdict: Verdict, fixedIn: ServicePack?,
    certainty: Certainty, evidence: [Evidence], notes: [String]
  ) {
    self.article = article
    self.product = product
    self.servicePack = servicePack
    self.candidates = candidates
    self.verdict = verdict
    self.fixedIn = fixedIn
    self.certainty = certainty
    self.evidence = evidence
    self.notes = notes
  }
}

extension FixVerdict: Encodable {
  private enum CodingKeys: String, CodingKey {
    case article, product
    case servicePack = "service_pack"
    case candidates
    case verdict
    case fixedIn = "fixed_in"
    case certainty, evidence, notes
  }

  /// As an object. `candidates` is there only if there are two or more; unknown levels are null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(article, forKey: .article)
    try container.encode(product, forKey: .product)
    try container.encode(servicePack, forKey: .servicePack)
    if candidates.count > 1 { try container.encode(candidates, forKey: .candidates) }
    try container.encode(verdict, forKey: .verdict)
    try container.encode(fixedIn, forKey: .fixedIn)
    try container.encode(certainty, forKey: .certainty)
    try container.encode(evidence, forKey: .evidence)
    try container.encode(notes, forKey: .notes)
  }
}
