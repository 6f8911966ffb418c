@testable import ArticleStore
@testable import KnowledgeBase

/// A file of the archive: whatever it holds, its article keeps all of its parts on the way through
/// the tables, and says of levels only what a product has.
func fuzzArticle(_ bytes: [UInt8]) {
  guard let parsed = try? ArticleParser().parse(bytes) else { return }
  let article = parsed.article
  require((1...9_999_999).contains(article.id.number))
  checkLineEnds(bytes, parsed)
  checkRecord(article)
  checkRules(article.fixes)
  for entry in parsed.fixList?.entries ?? [] {
    require(!entry.products.isEmpty && entry.line > 0, "\(entry)")
    for product in entry.products { checkLevel(entry.level, of: product) }
  }
  for section in article.sections { _ = section.parts }
  _ = article.plainText
}

/// Line feeds mean what pairs of carriage return and line feed mean.
private func checkLineEnds(_ bytes: [UInt8], _ parsed: ParsedArticle) {
  guard !bytes.contains(0x0D) else { return }
  let pairs = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
  require((try? ArticleParser().parse(pairs)) == parsed, "CR LF makes another article")
}

private func checkRecord(_ article: Article) {
  let record = ArticleRecord(article)
  let sections = ArticleSections.sections(headings: record.text.headings, text: record.text.text)
  require(sections == article.sections, "\(String(describing: sections))")
  require(ArticleLists.values(record.appliesTo) == article.appliesTo)
  require(ArticleLists.values(record.keywords) == article.keywords)
  require(ArticleLists.values(record.technology) == article.technology)
  require(ArticleLists.values(record.queryWords) == article.queryWords)
  require(Set(record.rules.facets).count == record.rules.facets.count)
}

private func checkRules(_ rules: [FixRule]) {
  for rule in rules {
    require(!rule.evidence.isEmpty, "a rule without evidence")
    checkLevel(rule.introduced, of: rule.product)
    if let level = rule.resolution.level { checkLevel(level, of: rule.product) }
  }
}

private func checkLevel(_ level: ServicePack, of product: ProductID) {
  let ladder = ProductCatalogue.builtIn[product]?.ladder ?? []
  require(level == .rtm || ladder.contains(level), "\(product) has no \(level)")
}
