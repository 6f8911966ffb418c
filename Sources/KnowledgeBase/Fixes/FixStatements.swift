/// What the sentences of one section say of corrections.
struct FixStatements {
  private(set) var findings: [FixFinding] = []

  private let applied: AppliedProducts
  private let catalogue: ProductCatalogue
  private let lines: ArticleLines
  private let source: String
  private let strength: FixFinding.Strength
  /// The products of the `-` underlined sub-heading above, and those last said to have the bug.
  private var heading: [ProductMentions.Mention] = []
  private var confirmed: [ProductID] = []

  typealias Words = ArraySlice<TextWords.Word>

  init(
    _ section: ArticleLayout.Section, source: String, lines: ArticleLines,
    applied: AppliedProducts, catalogue: ProductCatalogue
  ) {
    self.applied = applied
    self.catalogue = catalogue
    self.lines = lines
    self.source = source
    strength = source == "STATUS" ? .status : .otherSection
    for part in lines.parts(section.text) {
      let title = part.heading.map { TextWords(lines.bytes, in: lines.ranges[$0]).words[...] } ?? []
      heading = ProductMentions(title, catalogue: catalogue).items.compactMap {
        if case .product(let mention) = $0 { mention } else { nil }
      }
      confirmed = heading.flatMap(applied.meant)
      let text = TextWords(lines.bytes, in: lines.bytes(part.text))
      for sentence in text.sentences { read(text.words[sentence]) }
    }
  }

  private mutating func read(_ words: Words) {
    _ =
      readCorrection(words) || readConfirmation(words) || readAdvice(words)
      || readHotfix(words) || readIntroduction(words) || readPresence(words)
  }

  /// "This problem was first corrected in …".
  private mutating func readCorrection(_ words: Words) -> Bool {
    guard let verb = words.indices.first(where: { isCorrection(words, verb: $0) }) else {
      return false
    }
    let rest = words[(verb + 2)...]
    var claims = FixClause(ProductMentions(rest, catalogue: catalogue).items).claims
    if claims.isEmpty || claims.allSatisfy({ $0.product == nil }) {
      let before = ProductMentions(words[..<verb], catalogue: catalogue).items
      let context = FixClause(before).products + (claims.isEmpty ? [] : heading)
      claims =
        claims.flatMap { claim in context.map { FixClause.Claim(product: $0, level: claim.level) } }
        + (context.isEmpty ? claims : [])
    }
    for claim in claims { add(claim, words) }
    return true
  }

  private func isCorrection(_ words: Words, verb: Int) -> Bool {
    let word = words[verb].text
    // Most words are ruled out by their last letter.
    guard word.utf8.last == UInt8(ascii: "d"), Self.verbs.contains(word),
      words.indices.contains(verb + 2),
      ["in", "by", "with", "beginning"].contains(words[verb + 1].text)
    else { return false }
    var auxiliary = verb - 1
    while words.indices.contains(auxiliary),
      ["first", "also", "since", "now", "already"].contains(words[auxiliary].text)
    {
      auxiliary -= 1
    }
    guard words.indices.contains(auxiliary),
      ["was", "were", "is", "been", "are"].contains(words[auxiliary].text)
    else { return false }
    let before = words[max(words.startIndex, auxiliary - 5)..<auxiliary].map(\.text)
    return !before.contains(where: Self.hedges.contains) && words.first?.text != "for"
  }

  /// "… has confirmed this to be a problem in …".
  private mutating func readConfirmation(_ words: Words) -> Bool {
    guard words.prefix(8).contains(where: { $0.text == "confirmed" }),
      let noun = words.indices.first(where: { Self.nouns.contains(words[$0].text) })
    else { return false }
    let items = ProductMentions(words[noun...], catalogue: catalogue).items
    let mentions = FixClause(items).products
    confirmed = mentions.flatMap(applied.meant)
    if confirmed.isEmpty { confirmed = heading.flatMap(applied.meant) }
    if confirmed.isEmpty { confirmed = applied.products }
    for product in confirmed { add(product, .resolution(.none), words) }
    for claim in FixClause(items).claims {
      if case .pack(let level)? = claim.level, let mention = claim.product {
        for product in applied.meant(by: mention) { add(product, .presentAt(level), words) }
      }
    }
    return true
  }

  /// "To resolve this problem, obtain the latest service pack for …", "A supported fix is now
  /// available …".
  private mutating func readAdvice(_ words: Words) -> Bool {
    if words.first?.text == "to",
      words.prefix(3).contains(where: { ["resolve", "correct", "fix"].contains($0.text) }),
      let verb = words.prefix(40).firstIndex(where: {
        ["obtain", "install", "apply"].contains($0.text)
      })
    {
      let items = ProductMentions(words[(verb + 1)...], catalogue: catalogue).items
      for claim in FixClause(items).claims where claim.level != nil { add(claim, words) }
      return true
    }
    guard let fix = words.firstIndex(where: { $0.text == "supported" }),
      words[fix...].prefix(4).contains(where: { $0.text == "fix" }),
      words[fix...].contains(where: { $0.text == "available" })
    else { return false }
    for product in confirmed.isEmpty ? applied.products : confirmed {
      add(product, .resolution(.hotfix), words)
    }
    return true
  }

  /// "The fix is a post-Service Pack 3 hotfix …".
  private mutating func readHotfix(_ words: Words) -> Bool {
    guard words.prefix(2).contains(where: { ["fix", "hotfix", "correction"].contains($0.text) })
    else { return false }
    for item in ProductMentions(words, catalogue: catalogue).items {
      guard case .level(.hotfix(let pack)) = item else { continue }
      for product in onlyProduct { add(product, .hotfixAfter(pack), words) }
      return true
    }
    return false
  }

  /// "Service Pack 6 introduced a problem …".
  private mutating func readIntroduction(_ words: Words) -> Bool {
    guard words.contains(where: { $0.text == "introduced" }),
      words.contains(where: { Self.nouns.contains($0.text) })
    else { return false }
    let claims = FixClause(ProductMentions(words, catalogue: catalogue).items).claims
    guard claims.count == 1, let claim = claims.first, case .pack(let level)? = claim.level,
      let mention = claim.product
    else { return false }
    for product in applied.meant(by: mention) { add(product, .introduced(level), words) }
    return true
  }

  /// "This problem occurs in Windows NT 4.0 Service Pack 6a."
  private mutating func readPresence(_ words: Words) -> Bool {
    guard
      let verb = words.prefix(5).firstIndex(where: { $0.text == "occurs" || $0.text == "exists" }),
      verb >= words.startIndex + 2, Self.nouns.contains(words[verb - 1].text),
      words.indices.contains(verb + 1), words[verb + 1].text == "in"
    else { return false }
    for claim in FixClause(ProductMentions(words, catalogue: catalogue).items).claims {
      guard case .pack(let level)? = claim.level, let mention = claim.product else { continue }
      for product in applied.meant(by: mention) { add(product, .presentAt(level), words) }
    }
    return true
  }

  private mutating func add(_ claim: FixClause.Claim, _ words: Words) {
    var products = claim.product.map(applied.meant) ?? onlyProduct
    if let line = claim.product?.line, products.isEmpty {
      products = confirmed.filter { catalogue.line(of: $0) == line }
    }
    switch claim.level {
    case .pack(let level):
      for product in products { add(product, .resolution(.servicePack(level)), words) }
    case .unnumbered:
      for product in products { add(product, .resolution(.latestServicePack), words) }
    case .hotfix:
      for product in products { add(product, .resolution(.hotfix), words) }
    case nil:
      guard let mention = claim.product, mention.release != nil else { return }
      for product in products { add(product, .resolution(.servicePack(.rtm)), words) }
      for product in applied.older(than: mention) {
        add(product, .resolution(.laterVersion), words)
      }
    }
  }

  /// Where a level comes without a product: the only one in question.
  private var onlyProduct: [ProductID] {
    let candidates = confirmed.isEmpty ? applied.products : confirmed
    let ladders = Set(candidates.compactMap { catalogue.family(of: $0) })
    return ladders.count == 1 ? candidates : []
  }

  private mutating func add(_ product: ProductID, _ claim: FixFinding.Claim, _ words: Words) {
    var claim = claim
    if case .resolution(.servicePack(let level)) = claim {
      guard let ladder = catalogue[product]?.ladder else { return }
      if !ladder.contains(level) {
        // The roll-up of another product than Windows NT 4.0, or a pack that it never had.
        guard level == .srp else { return }
        claim = .resolution(.hotfix)
      }
    }
    guard let first = words.first, let last = words.last else { return }
    let text = lines.text(bytes: first.range.lowerBound..<last.range.upperBound)
    findings.append(
      FixFinding(
        product: product, claim: claim, strength: strength,
        evidence: Evidence(
          source: source, text: text.unwrapped, line: lines.line(at: first.range.lowerBound) + 1)))
  }

  private static let verbs: Set<String> = [
    "corrected", "fixed", "resolved", "addressed", "eliminated",
  ]
  private static let hedges: Set<String> = [
    "not", "will", "may", "might", "can", "could", "should", "if", "that", "which", "bugs",
    "partially", "cannot", "scheduled",
  ]
  private static let nouns: Set<String> = [
    "problem", "problems", "bug", "bugs", "issue", "issues", "vulnerability", "limitation",
    "error", "leak", "regression", "behavior", "flaw",
  ]
}

extension String {
  /// In one line, with single blanks.
  var unwrapped: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count)
    var isBetween = false
    for byte in utf8 {
      if byte == 0x20 || byte == 0x0A || byte == 0x09 {
        isBetween = !bytes.isEmpty
      } else {
        if isBetween { bytes.append(0x20) }
        isBetween = false
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
