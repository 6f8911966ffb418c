import Bytes

/// Answers whether a machine has the fix of one article. It never guesses: no `fixed` without evidence.
public struct FixCheck: Sendable {
  /// The article whose fix rules give the answers.
  public let article: Article
  /// The catalogue that products and levels are looked up in.
  public let catalogue: ProductCatalogue

  /// A check of one article. Only its `id` and its `fixes` are used, so its text may be missing.
  public init(_ article: Article, catalogue: ProductCatalogue = .builtIn) {
    self.article = article
    self.catalogue = catalogue
  }

  /// The answer for a machine described in a host's or a person's words.
  ///
  /// - Throws: `UnknownLevelError` for a level that this product never had.
  public func verdict(_ query: FixQuery) throws(UnknownLevelError) -> FixVerdict {
    verdict(try FixMachine(query, catalogue: catalogue))
  }

  /// The answer for a machine whose product and level have been looked up already.
  public func verdict(_ machine: FixMachine) -> FixVerdict {
    guard let product = machine.product else { return notListed(product: machine.name) }
    var answer = combined(
      machine.candidates.isEmpty ? product.ladder : machine.candidates, of: product)
    answer.servicePack = machine.candidates.first
    answer.candidates = machine.candidates
    answer.notes = machine.notes + answer.notes
    if machine.candidates.isEmpty, answer.verdict != .notListed {
      // Every level of the ladder is possible: say what it depends on rather than pick one.
      answer.verdict = .unknown
      answer.notes = machine.notes + unknownLevelNotes(answer)
    }
    if let date = machine.kernelDate { judge(kernelDate: date, of: product, in: &answer) }
    return answer
  }

  /// The answer at one level of one product.
  ///
  /// Where the article has several rules for the product, all of their evidence is shown, and the
  /// most cautious answer wins.
  public func verdict(of product: Product, at level: ServicePack) -> FixVerdict {
    let answers = article.fixes.filter { $0.product == product.id }
      .map { verdict(of: $0, product: product, at: level) }
    guard
      var answer = Verdict.mostCautiousFirst.lazy.compactMap({ verdict in
        answers.first { $0.verdict == verdict }
      }).first
    else { return notListed(product: product.id.rawValue, level: level) }
    answer.fixedIn = answers.compactMap(\.fixedIn).max()
    answer.evidence = withoutRepeats(answers.flatMap(\.evidence))
    answer.notes = withoutRepeats(answers.flatMap(\.notes))
    if Set(answers.map(\.fixedIn)).count > 1 {
      answer.notes.append("The sources name different levels; the latest is believed.")
    }
    return answer
  }

  /// The products that the article has rules for, in the order of the catalogue.
  public var products: [Product] {
    Set(article.fixes.map(\.product)).map { (catalogue.position(of: $0), catalogue[$0]) }
      .sorted { $0.0 < $1.0 }.compactMap(\.1)
  }

  /// All products of the article at all of their levels.
  public func matrix() -> [FixVerdict] {
    products.flatMap { product in product.ladder.map { verdict(of: product, at: $0) } }
  }

  private func combined(_ levels: [ServicePack], of product: Product) -> FixVerdict {
    let answers = levels.map { verdict(of: product, at: $0) }
    var answer = answers.first ?? notListed(product: product.id.rawValue)
    if answers.contains(where: { $0.verdict != answer.verdict }) {
      answer.verdict = .unknown
      answer.notes.append("The answer is not the same for all levels that this could be.")
    }
    return answer
  }

  private func verdict(of rule: FixRule, product: Product, at level: ServicePack) -> FixVerdict {
    var answer = FixVerdict(
      article: article.id, product: product.id.rawValue, servicePack: level,
      verdict: .unknown, fixedIn: rule.resolution.level, certainty: rule.certainty,
      evidence: rule.evidence, notes: [])
    if level < rule.introduced {
      answer.verdict = .notListed
      answer.notes.append("The bug came with \(rule.introduced.id).")
      return answer
    }
    switch rule.resolution {
    case .servicePack(let fixed):
      answer.verdict = level < fixed ? .affected : .fixed
    case .latestServicePack:
      answer.notes.append("The article says the latest service pack, without a number.")
    case .hotfix:
      answer.verdict = .affected
      answer.notes.append("Only a hotfix corrects it; no service pack carries the correction.")
    case .laterVersion:
      answer.verdict = .affected
      answer.notes.append("Only a later version of the product carries the correction.")
    case .none:
      answer.verdict = .affected
      answer.notes.append("The article names no correction.")
    }
    answer.notes += notes(on: rule, product: product, verdict: answer.verdict, level: level)
    return answer
  }

  private func notes(
    on rule: FixRule, product: Product, verdict: Verdict, level: ServicePack
  ) -> [String] {
    var notes: [String] = []
    if let hotfix = rule.hotfix, verdict == .affected, level == hotfix.level {
      notes.append(
        "Unless the hotfix of \(hotfix.kernelDate) is installed: a kernel file of that date or "
          + "later carries the correction (that later kernel hotfixes include it is inferred).")
    }
    if rule.certainty == .inferred {
      notes.append(
        "Inferred: the article itself does not state this level for \(product.name).")
    }
    if product.id == .terminalServer {
      notes.append(
        "Terminal Server Edition has service packs of its own; those of Windows NT Server do not "
          + "apply to it.")
    }
    return notes
  }

  /// A kernel file's date tells a machine with the hotfix from one without.
  private func judge(
    kernelDate: CivilDate, of product: Product, in answer: inout FixVerdict
  ) {
    guard let rule = article.fixes.first(where: { $0.product == product.id && $0.hotfix != nil }),
      let hotfix = rule.hotfix
    else {
      answer.notes.append("The kernel's date decides nothing for \(product.name).")
      return
    }
    let carriesHotfix = kernelDate >= hotfix.kernelDate
    switch (answer.verdict, carriesHotfix) {
    case (.affected, true) where answer.candidates == [hotfix.level]:
      answer.verdict = .fixed
      answer.certainty = kernelDate == hotfix.kernelDate ? .stated : .inferred
      answer.evidence.append(hotfix.evidence)
      answer.notes = ["Fixed by the hotfix of \(hotfix.kernelDate), before \(fixName(rule))."]
    case (.affected, true):
      answer.notes.append(
        "The kernel's date fits the hotfix, but the hotfix is for \(hotfix.level.id).")
    case (.unknown, false):
      answer.verdict = .affected
      answer.certainty = .inferred
      answer.evidence.append(hotfix.evidence)
      answer.notes.append("A kernel older than \(hotfix.kernelDate) cannot carry the correction.")
    case (.fixed, false):
      answer.verdict = .unknown
      answer.notes.append(
        "The kernel is older than any with the correction: the level and the kernel file "
          + "contradict each other.")
    case (.affected, false), (.fixed, true), (.unknown, true), (.notListed, _),
      (.notApplicable, _):
      break
    }
  }

  private func fixName(_ rule: FixRule) -> String { rule.resolution.level?.id ?? "a service pack" }

  private func unknownLevelNotes(_ answer: FixVerdict) -> [String] {
    guard let fixed = answer.fixedIn else { return answer.notes }
    return ["Affected below \(fixed.id), fixed from \(fixed.id) on; the level is not known."]
  }

  private func notListed(product: String, level: ServicePack? = nil) -> FixVerdict {
    FixVerdict(
      article: article.id, product: product, servicePack: level, verdict: .notListed,
      fixedIn: nil, certainty: .stated, evidence: [],
      notes: [
        "\(article.id) does not name this product; that is not the same as \"not affected\"."
      ])
  }
}

/// The values in their order, each once.
func withoutRepeats<Value: Hashable>(_ values: [Value]) -> [Value] {
  guard values.count > 1 else { return values }
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}
