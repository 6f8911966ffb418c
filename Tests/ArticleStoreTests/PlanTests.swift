import Bytes
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("Query plans")
struct PlanTests {
  /// Tables that plans are made for, each with rows: plans over empty tables prove nothing.
  private static let tables = [
    "affected", "article", "article_facet", "article_text", "facet", "fix_evidence", "fix_rule",
    "link", "search", "search_word", "title_search", "title_word",
  ]

  /// Every statement that `run` makes, with the plan that SQLite makes for it.
  ///
  /// Fails when a whole table is read or sorted, and when the plans are suspiciously cheap: nothing
  /// was found, or fewer statements ran than it takes to find something.
  private func check(
    allowed: Set<String> = [], _ store: ArticleStore, atLeast statementsMin: Int,
    _ run: () throws -> Bool
  ) throws {
    var statements: [String] = []
    try store.read("trace") { $0.trace { statements.append($0.expandedDescription) } }
    #expect(try run(), "nothing was found")
    try store.read("trace") { $0.trace(options: []) }
    // FTS5 reads its own settings, once a connection.
    let selects = statements.filter {
      ($0.hasPrefix("SELECT") || $0.hasPrefix("WITH")) && !$0.contains("_config'")
    }
    #expect(selects.count >= statementsMin, "only \(selects)")
    try store.read("explain") { database in
      for select in selects {
        for row in try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(select)") {
          let detail: String = row["detail"]
          let isGood =
            detail.hasPrefix("SEARCH") || detail.hasPrefix("LIST SUBQUERY")
            || detail.hasPrefix("CO-ROUTINE") || detail.hasPrefix("SCAN hit")
            || detail.contains("SCALAR SUBQUERY")
            || detail.contains("VIRTUAL TABLE INDEX") && !detail.hasSuffix("INDEX 0:")
            || allowed.contains(detail)
          #expect(isGood, "\(detail) in \(select)")
        }
      }
    }
  }

  private func store(_ directory: TestDirectory) throws -> ArticleStore {
    let store = try ArchiveFixture.store(directory)
    try store.read("count") { database in
      for table in Self.tables {
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)")
        #expect((count ?? 0) > 0, "\(table) is empty")
      }
    }
    return store
  }

  @Test("no search reads or sorts a whole table")
  func searches() throws {
    let directory = try TestDirectory()
    let store = try store(directory)
    let filters = SearchFilters(group: "winnt", year: 1999)
    func finds(
      _ text: String, _ filters: SearchFilters = SearchFilters(), limit: Int = 20
    ) throws -> Bool {
      let page = try store.search(try SearchQuery(text), filters: filters, limit: limit)
      guard let next = page.next else { return !page.items.isEmpty }
      return try !store.search(
        try SearchQuery(text), filters: filters, limit: limit, cursor: next
      ).items.isEmpty
    }
    try check(store, atLeast: 2) { try finds("handle") }
    try check(store, atLeast: 4) { try finds("handle", limit: 1) }
    try check(store, atLeast: 4) { try finds("handle", filters) }
    // The newest hits are put into the order of their rank.
    try check(allowed: ["USE TEMP B-TREE FOR ORDER BY"], store, atLeast: 2) {
      try store.search(try SearchQuery("handle"), rankingMax: 4).items.count == 2
    }
    let question = LeakQuestion(
      programs: ["C:\\spooler.exe"], product: .server, levels: .sp3 ... .sp3,
      except: Article.q179827.id)
    try check(allowed: ["USE TEMP B-TREE FOR ORDER BY"], store, atLeast: 2) {
      try !store.articles(explaining: question).isEmpty
    }
    // A list by number is the table in its own order, up to the end of the page.
    try check(store, atLeast: 2) { try finds("", limit: 3) }
    try check(store, atLeast: 4) { try finds("", filters, limit: 1) }
    try check(store, atLeast: 3) { try finds("Q100001") }
    try check(store, atLeast: 3) { try store.facets(try SearchQuery("handle")).total > 0 }
    try check(store, atLeast: 5) {
      try store.facets(try SearchQuery("handle"), filters: filters).total > 0
    }
    // Counting all articles reads the table's keys.
    try check(allowed: ["SCAN article"], store, atLeast: 6) {
      try store.facets(try SearchQuery("")).total > 0
    }
    try check(store, atLeast: 1) { try !store.suggestions(for: "spo").isEmpty }
    try check(store, atLeast: 2) { try !store.suggestions(for: "Q10").isEmpty }
    // A spelling is looked for among all words of the titles, then among those of one letter.
    let words: Set = ["SCAN title_word VIRTUAL TABLE INDEX 0:", "SCAN CONSTANT ROW"]
    try check(allowed: words, store, atLeast: 2) {
      try store.spelling(of: try SearchQuery("sooler")) != nil
    }
    try check(allowed: words, store, atLeast: 4) {
      try store.spelling(of: try SearchQuery("corected")) != nil
    }
  }

  @Test("no article and no list of rules reads or sorts a whole table")
  func articles() throws {
    let directory = try TestDirectory()
    let store = try store(directory)
    // The links of one article are put into the order of its text.
    try check(allowed: ["USE TEMP B-TREE FOR ORDER BY"], store, atLeast: 7) {
      try store.article(Article.q179827.id) != nil
    }
    try check(store, atLeast: 1) { try !store.present(of: [Article.q179827.id]).isEmpty }
    try check(allowed: ["SCAN article"], store, atLeast: 1) { try store.articleCount() > 0 }
    try check(store, atLeast: 3) {
      try !store.articlesWithoutText([Article.q179827.id]).isEmpty
    }
    try check(store, atLeast: 4) {
      let page = try store.articles(withRulesFor: .server, limit: 1)
      return try !store.articles(withRulesFor: .server, limit: 1, cursor: page.next).items.isEmpty
    }
    for query in [nil, try SearchQuery("handle")] {
      try check(store, atLeast: 2) {
        let page = try store.missing(product: .server, at: .sp3, query: query, limit: 1)
        return try !store.missing(
          product: .server, at: .sp3, query: query, limit: 1, cursor: page.next
        ).items.isEmpty
      }
      try check(store, atLeast: 1) {
        var count = 0
        try store.forEachMissing(product: .server, at: .sp3, query: query) { _ in count += 1 }
        return count > 0
      }
    }
  }
}
