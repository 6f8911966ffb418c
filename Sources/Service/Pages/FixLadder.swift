import KnowledgeBase

/// One product's levels as a picture, oldest first: which have the bug of an article and which its
/// correction, with the evidence.
struct FixLadder {
  /// One level; `verdict` is also the class of its colour.
  struct Rung {
    var level: String
    var verdict: String
    var label: String
    /// A sign that tells the verdict without colour.
    var sign: String
    /// `May 1997`; nil where it isn't known.
    var released: String?
    /// The check of this level.
    var path: String
    /// Whether this is the level that was asked about.
    var isAsked: Bool
    /// Whether its evidence shows while no other level is pointed at.
    var isShown = false
    var evidence: [Evidence]
  }

  var product: String
  /// The start of the names of places in this picture.
  var anchor: String
  var inferred: Bool
  var rungs: [Rung]
  /// The picture in a sentence.
  var summary: String

  /// - Parameter asked: the levels that the picture marks.
  init(_ product: Product, check: FixCheck, asked: [ServicePack] = []) {
    let answers = product.levels.map { ($0, check.verdict(of: product, at: $0.servicePack)) }
    self.product = product.name
    anchor = "why-\(check.article.id)-\(product.id)"
    inferred = answers.contains { $0.1.certainty == .inferred }
    rungs = answers.map { level, answer in
      Rung(
        level: level.servicePack.id, verdict: answer.verdict.rawValue, label: answer.verdict.label,
        sign: answer.verdict.sign, released: level.released.flatMap(HumanDate.month),
        path: Target(
          .check,
          [
            ("article", check.article.id.description), ("product", product.id.rawValue),
            ("service_pack", level.servicePack.id),
          ]
        ).text, isAsked: asked.contains(level.servicePack),
        evidence: answer.evidence.prefix(Self.evidenceMax).map(Self.shortened))
    }
    let shown =
      rungs.firstIndex(where: \.isAsked) ?? rungs.firstIndex {
        $0.verdict == Verdict.fixed.rawValue
      }
      ?? rungs.indices.first
    if let shown { rungs[shown].isShown = true }
    summary = Self.summary(answers.map(\.1))
  }

  /// The pictures of all products that the article has rules for.
  static func all(_ check: FixCheck) -> [FixLadder] {
    check.products.map { FixLadder($0, check: check) }
  }

  /// Sources of one answer that are shown in the picture; the check shows all.
  private static let evidenceMax = 2
  private static let evidenceCharactersMax = 180

  private static func shortened(_ evidence: Evidence) -> Evidence {
    guard evidence.text.count > evidenceCharactersMax else { return evidence }
    return Evidence(
      source: evidence.source, text: evidence.text.prefix(evidenceCharactersMax) + "…",
      line: evidence.line)
  }

  private static func summary(_ answers: [FixVerdict]) -> String {
    let affected = answers.filter { $0.verdict == .affected }.compactMap(\.servicePack?.id)
    let fixed = answers.filter { $0.verdict == .fixed }.compactMap(\.servicePack?.id)
    let has = affected.isEmpty ? nil : "\(range(affected)) affected"
    let corrected = fixed.isEmpty ? nil : "\(range(fixed)) fixed"
    let known = [has, corrected].compactMap { $0 }
    return known.isEmpty
      ? "No level is known to be affected or fixed" : known.joined(separator: ", ")
  }

  private static func range(_ levels: [String]) -> String {
    guard let first = levels.first, let last = levels.last, levels.count > 1 else {
      return levels.first ?? ""
    }
    return "\(first) to \(last)"
  }
}

extension Verdict {
  /// As a sign that needs no colour.
  var sign: String {
    switch self {
    case .affected: "✕"
    case .fixed: "✓"
    case .notListed: "–"
    case .unknown: "?"
    }
  }
}
