@testable import Bytes
@testable import KnowledgeBase

/// Words of hosts and people: levels, article numbers, dates, products.
func fuzzLevel(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  for product in ProductCatalogue.builtIn.products {
    if case .candidates(let levels, _) = ReportedLevel(text, of: product) {
      require(!levels.isEmpty && levels == levels.sorted() && Set(levels).count == levels.count)
      require(levels.allSatisfy(product.ladder.contains), "\(levels)")
    }
  }
  if let id = ArticleID(text) {
    require((1...9_999_999).contains(id.number) && ArticleID(id.description) == id)
    require(text.utf8.allSatisfy { $0 < 0x80 } && text.utf8.count <= 9, text)
  }
  if let date = CivilDate(iso8601: text) {
    require(date.description == text && CivilDate(daysSince1970: date.daysSince1970) == date)
  }
  checkFix(text)
}

private func checkFix(_ text: String) {
  let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    .map(String.init)
  let named = ProductCatalogue.builtIn.product(named: lines[0])
  let product = named ?? ProductCatalogue.builtIn.products[text.utf8.count % 4]
  let query = FixQuery(
    product: product.name, servicePack: lines.last,
    kernelDate: lines.lazy.compactMap { CivilDate(iso8601: $0) }.first,
    kernelVersion: lines.count > 2 ? lines[1] : nil)
  guard let answer = try? FixCheck(.q179827).verdict(query) else { return }
  require(answer.candidates.allSatisfy(product.ladder.contains), "\(answer)")
  require(answer.servicePack == answer.candidates.first, "\(answer)")
  if answer.verdict == .fixed { require(!answer.evidence.isEmpty, "fixed without evidence") }
  if let fixedIn = answer.fixedIn { require(product.ladder.contains(fixedIn), "\(answer)") }
}
