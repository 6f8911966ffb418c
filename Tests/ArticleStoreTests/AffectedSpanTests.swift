import Bytes
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("What a level lacks")
struct AffectedSpanTests {
  private static func randomRules(_ random: inout SeededRandom) -> [FixRule] {
    let products: [ProductID] = [.server, .workstation]
    return (0..<Int.random(in: 0...4, using: &random)).map { _ in
      let level = ServicePack.allCases.randomElement(using: &random) ?? .sp1
      let resolutions: [FixRule.Resolution] = [
        .servicePack(level), .servicePack(level), .latestServicePack, .hotfix, .laterVersion, .none,
      ]
      return FixRule(
        product: products.randomElement(using: &random) ?? .server,
        introduced: Bool.random(using: &random)
          ? .rtm : ServicePack.allCases.randomElement(using: &random) ?? .rtm,
        resolution: resolutions.randomElement(using: &random) ?? .none, certainty: .stated,
        evidence: [])
    }
  }

  @Test("the spans say of every level what the fix check says")
  func againstFixCheck() throws {
    var random = SeededRandom()
    for _ in 0..<5_000 {
      var article = Article.q179827
      article.fixes = Self.randomRules(&random)
      let check = FixCheck(article)
      let spans = AffectedSpan.spans(of: article.fixes)
      for id in [ProductID.server, .workstation] {
        let product = try #require(ProductCatalogue.builtIn[id])
        for level in product.ladder {
          let rank = Int(level.rank)
          let found = spans.filter {
            $0.product == id && $0.introduced <= rank && ($0.until.map { rank < $0 } ?? true)
          }
          #expect(found.count <= 1, "seed \(random.seed): \(article.fixes)")
          #expect(
            (found.count == 1) == (check.verdict(of: product, at: level).verdict == .affected),
            "seed \(random.seed), \(level.id): \(article.fixes)")
        }
      }
    }
  }

  @Test("the list of a level, by page, as a stream and with words")
  func missing() throws {
    let directory = try TestDirectory()
    let store = try ArchiveFixture.store(directory)
    let all = try store.missing(product: .server, at: .sp3, limit: 100)
    #expect(all.next == nil)
    #expect(all.items.map(\.fixedIn).first == .sp5)
    #expect(all.items.map(\.id.number).contains(179_827))
    var streamed: [MissingArticle] = []
    try store.forEachMissing(product: .server, at: .sp3) { streamed.append($0) }
    #expect(streamed == all.items)
    var paged: [MissingArticle] = []
    var cursor: PageCursor?
    repeat {
      let page = try store.missing(product: .server, at: .sp3, limit: 1, cursor: cursor)
      #expect(page.items.count == 1)
      paged += page.items
      cursor = page.next
    } while cursor != nil
    #expect(paged == all.items)
    let words = try store.missing(
      product: .server, at: .sp3, query: try SearchQuery("printer"), limit: 100)
    #expect(words.items.map(\.id.number) == [100_002])
    #expect(
      try store.missing(product: .server, at: .sp4).items.map(\.fixedIn).contains(.sp4) == false)
    #expect(try store.missing(product: ProductID(rawValue: "nothing"), at: .sp3).items.isEmpty)
    let other = try store.missing(product: .server, at: .sp3, limit: 1).next
    #expect(throws: InvalidCursor.self) {
      try store.missing(product: .server, at: .sp2, limit: 1, cursor: other)
    }
  }

  @Test("a level that this program doesn't know is an error, not one that is missing")
  func unknownLevels() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    let writer = try DatabaseQueue(path: directory.path("kb.sqlite"))
    let number = try writer.write { database in
      try database.execute(sql: "UPDATE affected SET fixed = 'SP100'")
      try database.execute(
        sql: """
          UPDATE fix_rule SET hotfix_level = 'SP100', hotfix_kernel_date = '1999-01-01'
          WHERE article = (SELECT min(article) FROM fix_rule)
          """)
      return try Int.fetchOne(
        database, sql: "SELECT article FROM fix_rule WHERE hotfix_level = 'SP100'")
    }
    try writer.close()
    let id = try #require(number.flatMap { ArticleID(number: $0) })
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
    func isCorrupt(_ body: () throws -> Void) -> Bool {
      do {
        try body()
        return false
      } catch {
        return (error as? StorageError)?.kind == .corrupt
      }
    }
    #expect(isCorrupt { _ = try store.missing(product: .server, at: .sp3) })
    #expect(isCorrupt { _ = try store.article(id) })
  }
}
