import GRDB
import KnowledgeBase
import Testing

@testable import Storage

@Suite("Query plans")
struct PlanTests {
  /// Every statement that a route runs, with the plan that SQLite makes for it.
  ///
  /// Fails when a whole table is read or sorted, and when next to nothing was read: then the tables
  /// were empty and the plans prove nothing.
  private func check(
    allowed: Set<String> = [], _ store: ArticleStore, atLeast statementsMin: Int,
    _ run: () throws -> Void
  ) throws {
    var statements: [String] = []
    try store.read("trace") { $0.trace { statements.append($0.expandedDescription) } }
    try run()
    try store.read("trace") { $0.trace(options: []) }
    // FTS5 reads its own settings, once a connection.
    let selects = statements.filter { $0.hasPrefix("SELECT") && !$0.contains("_config'") }
    #expect(selects.count >= statementsMin, "only \(selects)")
    try store.read("explain") { database in
      for select in selects {
        for row in try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(select)") {
          let detail: String = row["detail"]
          let isGood =
            detail.hasPrefix("SEARCH") || detail.hasPrefix("LIST SUBQUERY")
            || detail.hasPrefix("CO-ROUTINE") || detail.hasPrefix("SCAN hit")
            || detail.contains("VIRTUAL TABLE INDEX") && !detail.hasSuffix("INDEX 0:")
            || allowed.contains(detail)
          #expect(isGood, "\(detail) in \(select)")
        }
      }
    }
  }

  @Test("no route reads or sorts a whole table")
  func routes() throws {
    let directory = try TestDirectory()
    let store = try ArchiveFixture.store(directory)
    let filters = SearchFilters(group: "winnt", year: 1999)
    // The links of one article are put into the order of its text.
    try check(allowed: ["USE TEMP B-TREE FOR ORDER BY"], store, atLeast: 8) {
      _ = try store.article(Article.q179827.id)
    }
    try check(store, atLeast: 9) { _ = try store.search(try SearchQuery("handle")) }
    try check(store, atLeast: 7) {
      _ = try store.search(try SearchQuery("handle"), filters: filters)
    }
    // A list by number is the table in its own order, up to the end of the page.
    try check(allowed: ["SCAN article"], store, atLeast: 5) {
      _ = try store.search(try SearchQuery(""), limit: 4)
    }
    try check(store, atLeast: 5) { _ = try store.search(try SearchQuery(""), filters: filters) }
    try check(store, atLeast: 3) { _ = try store.search(try SearchQuery("Q100001")) }
    try check(store, atLeast: 4) { _ = try store.facets(try SearchQuery("handle")) }
    try check(store, atLeast: 4) {
      _ = try store.facets(try SearchQuery("handle"), filters: filters)
    }
    // Counting all articles reads the table's keys; the answer is kept in the cache.
    try check(allowed: ["SCAN article"], store, atLeast: 6) {
      _ = try store.facets(try SearchQuery(""))
    }
    try check(store, atLeast: 1) { _ = try store.missing(product: .server, at: .sp3) }
    try check(store, atLeast: 1) {
      _ = try store.missing(product: .server, at: .sp3, query: try SearchQuery("handle"))
    }
    try check(store, atLeast: 1) { _ = try store.suggestions(for: "spo") }
    try check(store, atLeast: 2) { _ = try store.suggestions(for: "Q10") }
    // A spelling is looked for among all words of the titles.
    try check(
      allowed: ["SCAN title_word VIRTUAL TABLE INDEX 0:"], store, atLeast: 2
    ) { _ = try store.spelling(of: try SearchQuery("sooler")) }
  }
}
