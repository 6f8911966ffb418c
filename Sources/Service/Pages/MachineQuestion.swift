import KnowledgeBase
import UseCases
import Web

/// What somebody asks a search box about a machine, such as `is NT 4 SP3 affected?`.
struct MachineQuestion {
  var product: Product
  var level: ServicePack
  /// The article that the text names.
  var article: ArticleID?
  /// Whether it is put as a question; words that only name a product and a level may be searched for.
  var isQuestion: Bool

  /// Longer texts are no questions about one machine.
  private static let bytesMax = 200
  /// Words that make a text a question.
  private static let asking: Set<String> = [
    "is", "are", "am", "does", "do", "has", "have", "affected", "vulnerable", "safe",
  ]
  /// Words that don't say which product.
  private static let harmless: Set<String> = [
    "a", "an", "and", "at", "bug", "by", "computer", "corrected", "fix", "fixed", "from", "i", "in",
    "it", "level", "machine", "microsoft", "my", "of", "on", "or", "our", "patched", "running",
    "still", "system", "the", "this", "to", "under", "version", "with",
  ]
  private static let numbers = [
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
  ]

  /// Nil if the text doesn't name one level that a product of the catalogue has, or says more than that.
  init?(_ text: String, catalogue: ProductCatalogue) {
    guard text.utf8.count <= Self.bytesMax else { return nil }
    var words = text.lowercased().split { $0.isWhitespace || ",;:?!\"'()".contains($0) }
      .map(String.init)
    guard let level = Self.takeLevel(from: &words) else { return nil }
    var article: ArticleID?
    var name: [String] = []
    isQuestion = text.contains("?")
    for word in words {
      if word.contains(where: \.isLetter), let id = ArticleID(word) {
        article = id
      } else if Self.asking.contains(word) {
        isQuestion = true
      } else if !Self.harmless.contains(word) {
        name += Self.parts(of: word)
      }
    }
    guard let product = Self.product(named: name, catalogue), product.ladder.contains(level) else {
      return nil
    }
    self.article = article
    self.product = product
    self.level = level
  }

  /// The level that the words name, which are taken out; nil if there is none or more than one.
  private static func takeLevel(from words: inout [String]) -> ServicePack? {
    var found: ServicePack?
    var rest: [String] = []
    var index = 0
    while index < words.count {
      let next = words[index...].dropFirst().first
      let afterNext = words[index...].dropFirst(2).first
      var level: ServicePack?
      var used = 1
      switch (words[index], next) {
      case ("service", "pack"?):
        level = afterNext.flatMap(pack)
        used = 3
      case ("sp", let number?):
        level = pack(number)
        used = 2
      default: level = named(words[index])
      }
      if let level {
        guard found == nil || found == level else { return nil }
        found = level
        index += used
      } else {
        rest.append(words[index])
        index += 1
      }
    }
    words = rest
    return found
  }

  private static func pack(_ number: String) -> ServicePack? {
    ServicePack(rawValue: "SP\(numbers[number] ?? number)")
  }

  /// The level that one word names: `sp6a`, `rtm`, `sr-1`.
  private static func named(_ word: String) -> ServicePack? {
    guard word.utf8.count <= 8 else { return nil }
    for prefix in ["sp", "sr-", "osr", "ur"] where word.hasPrefix(prefix) {
      return ServicePack(rawValue: prefix.uppercased() + word.dropFirst(prefix.count))
    }
    return word == "rtm" || word == "srp" ? ServicePack(rawValue: word.uppercased()) : nil
  }

  /// `nt4` as `nt` and `4`.
  private static func parts(of word: String) -> [String] {
    guard word.hasPrefix("nt"), word.dropFirst(2).first?.isNumber == true else {
      return word.split(separator: "-").map(String.init)
    }
    return ["nt", String(word.dropFirst(2))]
  }

  /// The product whose names hold all words, and hardly anything else. Without a word it is the one
  /// that this service is about; of products that the words fit equally too.
  private static func product(named words: [String], _ catalogue: ProductCatalogue) -> Product? {
    if words.isEmpty { return catalogue[.server] }
    var best: (product: Product, rest: Int)?
    for product in catalogue.products {
      for name in [product.name] + product.aliases {
        let parts = name.lowercased().split { " ,-".contains($0) }.map(String.init)
        guard words.allSatisfy({ word in parts.contains { isSame($0, word) } }) else { continue }
        let rest = parts.count - words.count
        if rest < best?.rest ?? .max || (rest == best?.rest && product.id == .server) {
          best = (product, rest)
        }
      }
    }
    // A product line alone, such as `NT`, has many versions.
    guard words.contains(where: { $0.contains(where: \.isNumber) || $0.utf8.count >= 6 }) else {
      return nil
    }
    return best?.product
  }

  /// People write `4` for `4.0`.
  private static func isSame(_ part: String, _ word: String) -> Bool {
    part == word || part == "\(word).0"
  }

  /// Where the answer stands: the check of the article, or all that the level lacks if the question
  /// names no article and the product has none of its own here.
  func target(mainArticle: Article) -> Target {
    let machine: [(name: String, value: String?)] = [
      ("product", product.id.rawValue), ("service_pack", level.id),
    ]
    guard article != nil || mainArticle.fixes.contains(where: { $0.product == product.id }) else {
      return Target(Route.missingPage.path(), machine)
    }
    return Target(
      Route.check.path(), [("article", (article ?? mainArticle.id).description)] + machine)
  }
}
