/// An article taken apart, for reading what it says of corrections.
struct FixText {
  let article: Article
  let lines: ArticleLines
  let layout: ArticleLayout
  let catalogue: ProductCatalogue
  let applied: AppliedProducts

  /// The sections whose sentences are read for corrections, besides STATUS.
  private static let otherSections: Set<String> = ["CAUSE", "RESOLUTION"]

  init(
    _ article: Article, lines: ArticleLines, layout: ArticleLayout, catalogue: ProductCatalogue
  ) {
    self.article = article
    self.lines = lines
    self.layout = layout
    self.catalogue = catalogue
    applied = AppliedProducts(article.appliesTo, catalogue: catalogue)
  }

  /// The rules of this article alone, in the order of the catalogue's products.
  func rules() -> [FixRule] {
    FixRules.merged(findings(), catalogue: catalogue)
  }

  func findings() -> [FixFinding] {
    var findings: [FixFinding] = []
    for section in layout.sections {
      let heading = lines.heading(section)
      guard heading == "STATUS" || Self.otherSections.contains(heading),
        speaksOfCorrection(lines.bytes(section.text))
      else { continue }
      findings +=
        FixStatements(
          section, source: heading, lines: lines, applied: applied, catalogue: catalogue
        ).findings
    }
    return findings + keywordFindings().filter { !belongsToTerminalServer($0, beside: findings) }
  }

  /// Keywords of Windows NT 4.0 stand for the packs of Terminal Server Edition too: a level that
  /// the text states for that edition, or leaves to it, and not for the others is not theirs.
  private func belongsToTerminalServer(
    _ keyword: FixFinding, beside stated: [FixFinding]
  ) -> Bool {
    guard case .resolution(.servicePack(let level)) = keyword.claim,
      [ProductID.workstation, .server, .enterprise].contains(keyword.product),
      applied.products.contains(.terminalServer)
    else { return false }
    func levels(_ product: ProductID) -> [ServicePack] {
      stated.filter { $0.product == product && $0.strength == .status }.compactMap {
        if case .resolution(let resolution) = $0.claim { resolution.level } else { nil }
      }
    }
    let own = levels(keyword.product)
    if own.contains(level) { return false }
    let edition = levels(.terminalServer)
    return edition.isEmpty ? !own.isEmpty && own.allSatisfy { $0 < level } : edition.contains(level)
  }

  /// Saves taking apart a text that says nothing of what is looked for.
  private func speaksOfCorrection(_ range: Range<Int>) -> Bool {
    lines.contains("orrect", in: range) || lines.contains("ixed", in: range)
      || lines.contains("esolve", in: range) || lines.contains("onfirmed", in: range)
      || lines.contains("ntroduced", in: range) || lines.contains("upported fix", in: range)
      || lines.contains("ddressed", in: range) || lines.contains("liminated", in: range)
  }

  private func keywordFindings() -> [FixFinding] {
    let line = layout.trailer.line(of: "Keywords").map { $0 + 1 }
    var findings: [FixFinding] = []
    for keyword in article.keywords {
      guard let (name, claim) = FixKeywords.read(keyword, vocabulary: catalogue.vocabulary) else {
        continue
      }
      let mention = ProductMentions.Mention(
        line: name.line, release: name.release, edition: FixKeywords.edition(keyword))
      let evidence = Evidence(source: "Keywords", text: keyword, line: line)
      for product in applied.meant(by: mention) {
        guard isOnLadder(claim, product) else { continue }
        findings.append(
          FixFinding(product: product, claim: claim, strength: .keyword, evidence: evidence))
      }
      guard claim == .resolution(.servicePack(.rtm)) else { continue }
      for product in applied.older(than: mention) {
        findings.append(
          FixFinding(
            product: product, claim: .resolution(.laterVersion), strength: .keyword,
            evidence: evidence))
      }
    }
    return findings
  }

  private func isOnLadder(_ claim: FixFinding.Claim, _ product: ProductID) -> Bool {
    guard case .resolution(.servicePack(let level)) = claim else { return true }
    return catalogue[product]?.ladder.contains(level) == true
  }
}
