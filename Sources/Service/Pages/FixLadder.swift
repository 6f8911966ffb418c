import KnowledgeBase
import UseCases
import Web

/// The levels of a product as a picture, oldest first: which have the bug of an article and which its
/// correction. Products whose levels have the same answers share one.
struct FixLadder {
  /// One level; `verdict` is also the class of its colour.
  struct Rung {
    var level: String
    var verdict: String
    var label: String
    /// `May 1997`; nil where it isn't known.
    var released: String?
    /// The check of this level.
    var path: String
    /// Whether this is a level that was asked about.
    var isAsked: Bool

    /// Whether the two differ at most in where they lead.
    func looksLike(_ other: Rung) -> Bool {
      level == other.level && verdict == other.verdict && released == other.released
    }
  }

  /// A product that the picture is of.
  struct Name {
    var name: String
    var isInferred: Bool
    /// The check of this product; nil where the rungs lead to it.
    var path: String?
  }

  /// Where the answers stand. The rules of a product have one evidence for all of its levels.
  struct Grounds {
    /// The products that it is about, where it isn't about all of them.
    var about: String?
    var evidence: [Evidence]
  }

  var names: [Name]
  var rungs: [Rung]
  var grounds: [Grounds]
  /// The name of the place that the evidence has on the page.
  var anchor: String
  /// The picture in a sentence.
  var summary: String

  /// The picture of one product.
  ///
  /// - Parameter asked: the levels that the picture marks.
  init(_ product: Product, check: FixCheck, asked: [ServicePack] = []) {
    self.init([Answers(product, check: check, asked: asked)], of: check.article.id, number: 1)
  }

  /// The pictures of all products that the article has rules for.
  static func all(_ check: FixCheck) -> [FixLadder] {
    var groups: [[Answers]] = []
    for answers in check.products.map({ Answers($0, check: check) }) {
      if let index = groups.firstIndex(where: { $0[0].looksLike(answers) }) {
        groups[index].append(answers)
      } else {
        groups.append([answers])
      }
    }
    return groups.enumerated().map { FixLadder($1, of: check.article.id, number: $0 + 1) }
  }

  /// What an article says of the levels of one product.
  private struct Answers {
    var product: Product
    var rungs: [Rung]
    var isInferred: Bool
    var evidence: [Evidence]

    init(_ product: Product, check: FixCheck, asked: [ServicePack] = []) {
      let answers = product.levels.map { ($0, check.verdict(of: product, at: $0.servicePack)) }
      self.product = product
      rungs = answers.map { level, answer in
        Rung(
          level: level.servicePack.id, verdict: answer.verdict.rawValue,
          label: answer.verdict.label, released: level.released.flatMap(HumanDate.month),
          path: FixLadder.path(check.article.id, product, level.servicePack),
          isAsked: asked.contains(level.servicePack))
      }
      isInferred = answers.contains { $0.1.certainty == .inferred }
      evidence = (answers.first?.1.evidence ?? []).prefix(evidenceMax).map(shortened)
    }

    func looksLike(_ other: Answers) -> Bool {
      rungs.elementsEqual(other.rungs) { $0.looksLike($1) }
    }
  }

  /// - Parameter group: one or more products with the same rungs.
  private init(_ group: [Answers], of article: ArticleID, number: Int) {
    names = group.map {
      Name(
        name: $0.product.name, isInferred: $0.isInferred,
        path: group.count > 1 ? Self.path(article, $0.product) : nil)
    }
    // A rung leads to one check: that of the product which forms begin with, too.
    rungs = (group.first { $0.product.id == .server } ?? group[0]).rungs
    grounds = Self.grounds(group)
    anchor = "\(Self.anchorStart)\(number)"
    summary = Self.summary(rungs)
  }

  /// A check that names no article is of the main one. Without its name a page with many links is
  /// smaller.
  private static func path(
    _ article: ArticleID, _ product: Product, _ level: ServicePack? = nil
  ) -> String {
    Target(
      Route.check.path(),
      [
        ("article", article == Article.main ? nil : article.description),
        ("product", product.id.rawValue), ("service_pack", level?.id),
      ]
    ).text
  }

  /// No heading of an article gives this name to its place: it would have no `_`.
  private static let anchorStart = "why_"

  private static func grounds(_ group: [Answers]) -> [Grounds] {
    var different: [[Answers]] = []
    for answers in group {
      if let index = different.firstIndex(where: { $0[0].evidence == answers.evidence }) {
        different[index].append(answers)
      } else {
        different.append([answers])
      }
    }
    return different.map { same in
      Grounds(
        about: different.count > 1 ? same.map(\.product.name).joined(separator: "; ") : nil,
        evidence: same[0].evidence)
    }
  }

  private static func summary(_ rungs: [Rung]) -> String {
    let known = [Verdict.affected, .fixed].compactMap { verdict -> String? in
      let levels = rungs.filter { $0.verdict == verdict.rawValue }.map(\.level)
      return levels.isEmpty ? nil : "\(range(levels)) \(verdict.label)"
    }
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

/// Sources of one product that stand under the picture; the check shows all.
private let evidenceMax = 4
private let evidenceCharactersMax = 240

private func shortened(_ evidence: Evidence) -> Evidence {
  guard evidence.text.count > evidenceCharactersMax else { return evidence }
  return Evidence(
    source: evidence.source, text: evidence.text.prefix(evidenceCharactersMax) + "…",
    line: evidence.line)
}
