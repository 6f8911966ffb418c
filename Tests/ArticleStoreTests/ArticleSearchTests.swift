import Bytes
import Foundation
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("Searching the archive")
struct ArticleSearchTests {
  private let directory: TestDirectory
  private let store: ArticleStore

  init() throws {
    directory = try TestDirectory()
    store = try ArchiveFixture.store(directory)
  }

  private func search(
    _ text: String, _ filters: SearchFilters = SearchFilters(), limit: Int = 20
  ) throws -> SearchPage {
    try store.search(try SearchQuery(text), filters: filters, limit: limit)
  }

  @Test("a title counts more than the text, a number more than all")
  func ranking() throws {
    #expect(try search("registry").items.first?.id.number == 100_004)
    #expect(try search("Q100001").items.map(\.id.number) == [100_001, 100_003])
    #expect(try search("kb100001").items.map(\.id.number) == [100_001])
    #expect(try search("999999").items.isEmpty)
  }

  @Test("snippets mark what was found and can be escaped")
  func snippets() throws {
    let hit = try #require(try search("handle key").items.first { $0.id.number == 100_004 })
    #expect(hit.snippet.parts.filter(\.isMatch).map(\.text) == ["handle", "key"])
    #expect(hit.snippet.html.hasPrefix("A <mark>handle</mark> &amp; a <mark>key</mark>"))
    #expect(hit.snippet.plain.hasPrefix("A handle & a key, see ntdll.dll."))
    #expect(!hit.snippet.raw.contains("\n"))
    #expect(try search("").items.allSatisfy { $0.snippet.raw.isEmpty })
  }

  @Test("marks that don't come in pairs do no harm")
  func strayMarks() {
    let text = MarkedText("\u{E001}a\u{E000}b\u{E000}<c>")
    #expect(text.plain == "ab<c>")
    #expect(text.html == "a<mark>b</mark><mark>&lt;c&gt;</mark>")
  }

  @Test("filters narrow down, alone and together")
  func filters() throws {
    func numbers(_ filters: SearchFilters, _ text: String = "") throws -> [Int] {
      try search(text, filters).items.map(\.id.number).sorted()
    }
    #expect(try numbers(SearchFilters(group: "winprint")) == [100_002])
    #expect(try numbers(SearchFilters(year: 2000)) == [100_002])
    #expect(try numbers(SearchFilters(keyword: "kbmodem")) == [100_003])
    #expect(try numbers(SearchFilters(product: .server, fixedIn: .sp5)) == [100_002])
    #expect(try numbers(SearchFilters(fixedIn: .sp4), "handle") == [100_001, 100_004, 179_827])
    #expect(try numbers(SearchFilters(group: "winnt", year: 2000)) == [])
    #expect(try numbers(SearchFilters(group: "nothing")) == [])
    #expect(try numbers(SearchFilters(group: "winprint"), "Q100001") == [])
    #expect(
      try numbers(SearchFilters(product: .server)) == [100_001, 100_002, 100_003, 100_004, 179_827])
  }

  @Test(
    "pages put together are the whole list, each article once",
    arguments: ["", "handle", "Q100001", "100001 -x", "problem"], [1, 2, 3])
  func paging(text: String, limit: Int) throws {
    let whole = try search(text, limit: 100)
    #expect(whole.next == nil)
    var paged: [SearchHit] = []
    var cursor: PageCursor?
    repeat {
      let page = try store.search(try SearchQuery(text), limit: limit, cursor: cursor)
      #expect(page.items.count == min(limit, whole.items.count - paged.count))
      paged += page.items
      cursor = try page.next.map { try #require(PageCursor($0.description)) }
    } while cursor != nil
    #expect(paged == whole.items)
    #expect(Set(paged.map(\.id)).count == paged.count)
  }

  @Test("a cursor is of its own question, or none at all")
  func cursors() throws {
    let cursor = try #require(try search("handle", limit: 1).next)
    #expect(throws: InvalidCursor.self) {
      try store.search(try SearchQuery("leak"), limit: 1, cursor: cursor)
    }
    #expect(throws: InvalidCursor.self) {
      try store.search(
        try SearchQuery("handle"), filters: SearchFilters(year: 1999), cursor: cursor)
    }
    let text = cursor.description
    for broken in [
      "", "x", text.uppercased() + "0", String(text.dropLast()), "+" + text.dropFirst(),
      "00000000000000000000000g",
    ] {
      #expect(PageCursor(broken) == nil, "\(broken)")
    }
    let other = try #require(PageCursor("ffffffffffffffff" + text.suffix(8)))
    #expect(throws: InvalidCursor.self) {
      try store.search(try SearchQuery("handle"), cursor: other)
    }
  }

  @Test("a list goes on behind its last article after an import; a ranked one at its place")
  func cursorsOfAnotherFile() throws {
    func more(_ numbers: [Int], _ folder: String) throws -> ArticleStore {
      try ArchiveFixture.load(
        numbers.map { ($0, ArchiveFixture.text($0, title: "One More", cause: "A handle.")) },
        into: directory, folder)
      return try ArticleStore(
        directory: directory.url, migrations: try directory.migrations("kb"))
    }
    let list = try search("", limit: 3)
    #expect(list.items.map(\.id.number) == [179_827, 100_004, 100_003])
    let missing = try store.missing(product: .server, at: .sp3, limit: 1)
    #expect(missing.items.map(\.id.number) == [100_002])
    let ranked = try search("handle", limit: 2)
    // Before, between and behind what was shown.
    let other = try more([200_000, 100_003 + 1_000, 7], "more")
    #expect(
      try other.search(try SearchQuery(""), cursor: list.next).items.map(\.id.number)
        == [100_002, 100_001, 7])
    #expect(
      try other.missing(product: .server, at: .sp3, cursor: missing.next).items.map(\.id.number)
        == [200_000, 179_827, 101_003, 100_004, 100_001, 7, 100_003])
    #expect(try other.search(try SearchQuery("handle"), cursor: ranked.next).items.count == 5)
  }

  @Test("a forged cursor finds nothing and does no harm")
  func forgedCursor() throws {
    for position in [UInt64.max, UInt64(Int.max), 1 << 40, 0] {
      for text in ["", "handle"] {
        let cursor = PageCursor(position, of: ["search", text])
        #expect(try store.search(try SearchQuery(text), cursor: cursor).items.count <= 5)
      }
      let cursor = PageCursor(position, of: ["missing", ProductID.server.rawValue, "SP3", ""])
      _ = try store.missing(product: .server, at: .sp3, cursor: cursor)
      _ = try store.articles(
        withRulesFor: .server,
        cursor: PageCursor(position, of: ["rules", ProductID.server.rawValue]))
    }
  }

  @Test("articles with rules come without their text, all of them once")
  func articlesWithRules() throws {
    var seen: [Int] = []
    var cursor: PageCursor?
    repeat {
      let page = try store.articles(withRulesFor: .server, limit: 2, cursor: cursor)
      for article in try store.articlesWithoutText(page.items.map(\.id)) {
        #expect(article.sections.isEmpty && article.links.isEmpty && article.notice.isEmpty)
        let whole = try #require(try store.article(article.id))
        #expect(article.fixes == whole.fixes && article.title == whole.title)
        seen.append(article.id.number)
      }
      cursor = page.next
    } while cursor != nil
    #expect(seen == [179_827, 100_004, 100_003, 100_002, 100_001])
    #expect(try store.articles(withRulesFor: ProductID(rawValue: "x")).items.isEmpty)
  }

  @Test("a list that is read slowly isn't cut off: no statement runs while its reader works")
  func slowReader() throws {
    var count = 0
    try store.forEachMissing(product: .server, at: .sp3) { _ in
      count += 1
      // The one connection of the store is free.
      let articles = try store.articleCount()
      #expect(articles == 5)
    }
    #expect(count == 5)
  }

  @Test("the product is found however the article's list names it")
  func productNames() throws {
    for (number, name) in [
      (300_001, "Microsoft Windows NT Server versions 3.51, 4.0"),
      (300_002, "Windows NT Server 4.0"), (300_003, "Microsoft Windows NT Server version 4.0"),
    ] {
      let text = ArchiveFixture.text(number, title: "Okapi", product: name, status: "")
      try ArchiveFixture.load([(number, text)], into: directory, "named\(number)")
    }
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
    let query = try SearchQuery("okapi")
    #expect(try store.search(query, filters: SearchFilters(product: .server)).items.count == 3)
    let facets = try store.facets(query)
    #expect(facets.total == 3)
    #expect(facets.product.first == FacetCount(value: "windows-nt-server-4.0", count: 3))
  }

  @Test("facets count all hits")
  func facets() throws {
    let facets = try store.facets(try SearchQuery("handle"))
    #expect(facets.total == 4)
    #expect(
      facets.group == [FacetCount(value: "winnt", count: 3), .init(value: "winprint", count: 1)])
    #expect(facets.fixedIn.first == FacetCount(value: "SP4", count: 3))
    #expect(facets.year.map(\.count).reduce(0, +) == 4)
    let all = try store.facets(try SearchQuery(""))
    #expect(all.total == 5)
    #expect(all.group.first == FacetCount(value: "winnt", count: 4))
    let narrow = try store.facets(try SearchQuery(""), filters: SearchFilters(group: "winprint"))
    #expect(narrow.total == 1 && narrow.fixedIn == [FacetCount(value: "SP5", count: 1)])
    #expect(try store.facets(try SearchQuery("x"), filters: SearchFilters(year: 1)).total == 0)
  }

  @Test("of too many hits the newest are ranked and counted, and it is said")
  func broad() throws {
    let query = try SearchQuery("handle")
    let all = try store.search(query)
    #expect(all.ranked == nil && all.items.count == 4)
    // Two hits of one word.
    let newest = try store.search(query, rankingMax: 4)
    #expect(newest.ranked == 2)
    #expect(Set(newest.items.map(\.id.number)) == [179_827, 100_004])
    #expect(newest.items == all.items.filter(newest.items.contains))
    #expect(newest.next == nil)
    let first = try store.search(query, limit: 1, rankingMax: 4)
    let second = try store.search(query, limit: 1, cursor: first.next, rankingMax: 4)
    #expect(first.items + second.items == newest.items && second.next == nil)
    let named = try SearchQuery("Q100001")
    #expect(try store.search(named, rankingMax: 1).items.first?.id.number == 100_001)
    let facets = try store.facets(query, countedMax: 2)
    #expect(facets.total == 4 && facets.counted == 2)
    #expect(facets.group == [FacetCount(value: "winnt", count: 2)])
    #expect(try store.facets(query).counted == 4)
  }

  @Test("a word that is there twice counts once")
  func repeatedWords() throws {
    let once = try store.search(try SearchQuery("handle leak"))
    #expect(!once.items.isEmpty)
    let often = try store.search(try SearchQuery("handle LEAK Handle \"leak\" handle"))
    #expect(often.items == once.items)
  }

  @Test(
    "one misspelt word is mended",
    arguments: [
      ("sooler", "spooler"), ("regsitry", "registry"), ("leak printr", "leak printer"),
      ("handlees \"a key\"", "handles \"a key\""),
      // Words of no title.
      ("corected", "corrected"), ("forgests", "forgets"), ("bloot", "bloat"),
    ])
  func spelling(text: String, expected: String) throws {
    #expect(try store.spelling(of: try SearchQuery(text)) == expected)
  }

  @Test(
    "nothing is mended that is known, hopeless or too much",
    arguments: ["spooler", "zzzzzzzz", "sooler printr", "-sooler", "abc", ""])
  func noSpelling(text: String) throws {
    #expect(try store.spelling(of: try SearchQuery(text)) == nil)
  }

  @Test("suggestions while somebody types")
  func suggestions() throws {
    #expect(try store.suggestions(for: "spo").map(\.id.number) == [100_001])
    #expect(try store.suggestions(for: "handles spo").map(\.id.number) == [100_001])
    #expect(try store.suggestions(for: "Q10000", limit: 2).map(\.id.number) == [100_001, 100_002])
    #expect(try store.suggestions(for: "1798").map(\.id.number) == [179_827])
    #expect(try store.suggestions(for: "s").isEmpty)
    #expect(try store.suggestions(for: String(repeating: "s", count: 1_000)).isEmpty)
  }

  @Test("a query that takes too long is ended, and the connection works on")
  func timeLimit() throws {
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"),
      timeLimit: .milliseconds(20))
    // It has no end of its own.
    #expect {
      try store.read("test") { database in
        try Int.fetchOne(
          database,
          sql: """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT count(*) FROM n
            """)
      }
    } throws: { error in
      (error as? StorageError)?.kind == .timedOut
    }
    #expect(try store.articleCount() == 5)
  }

  @Test("the edit distance against one that is plainly right")
  func editDistance() {
    func plain(_ a: ArraySlice<Unicode.Scalar>, _ b: ArraySlice<Unicode.Scalar>) -> Int {
      guard let x = a.last, let y = b.last else { return max(a.count, b.count) }
      var best = min(
        plain(a.dropLast(), b) + 1, plain(a, b.dropLast()) + 1,
        plain(a.dropLast(), b.dropLast()) + (x == y ? 0 : 1))
      if a.count > 1, b.count > 1, x == b.dropLast().last, y == a.dropLast().last {
        best = min(best, plain(a.dropLast(2), b.dropLast(2)) + 1)
      }
      return best
    }
    var random = SeededRandom()
    for _ in 0..<500 {
      let words = (0..<2).map { _ in
        (0..<Int.random(in: 0...5, using: &random)).compactMap { _ in
          "abc".unicodeScalars.randomElement(using: &random)
        }
      }
      let expected = plain(words[0][...], words[1][...])
      for limit in 0...3 {
        #expect(
          EditDistance.between(words[0], words[1], max: limit)
            == (expected <= limit ? expected : nil), "seed \(random.seed): \(words)")
      }
    }
  }
}
