import GRDB
import KnowledgeBase

extension ArticleStore {
  /// Letters of a word that is looked for under another spelling.
  private static let mendedLetters = 4...32

  /// The query with its one unknown word spelt like a word of a title; nil if all of its words
  /// are known, several are unknown, or nothing is like the one.
  ///
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long.
  public func spelling(of query: SearchQuery) throws -> String? {
    try read("look up a spelling in") { database in
      let statement = try database.cachedStatement(
        sql: "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1")
      let unknown = try query.terms.filter { term in
        guard !term.isExcluded else { return false }
        return try Int.fetchOne(statement, arguments: [SearchQuery.quoted(term)]) == nil
      }
      guard unknown.count == 1, let term = unknown.first, !term.isPhrase else { return nil }
      let word = Array(term.text.lowercased().unicodeScalars)
      guard Self.mendedLetters.contains(word.count),
        let spelling = try Self.nearest(to: word, in: database)
      else { return nil }
      return query.replacing(term, by: spelling)
    }
  }

  /// The word of the titles that takes the fewest changes; of several the most frequent.
  private static func nearest(
    to word: [Unicode.Scalar], in database: Database
  ) throws -> String? {
    var best: (distance: Int, titles: Int, word: String)?
    var limit = word.count < 6 ? 1 : 2
    let words = try Row.fetchCursor(
      try database.cachedStatement(sql: "SELECT term, doc FROM title_word"))
    while let row = try words.next() {
      let candidate: String = row[0]
      // Most words are ruled out by their length in bytes alone.
      guard abs(candidate.utf8.count - word.count) <= limit + 2,
        let distance = EditDistance.between(word, Array(candidate.unicodeScalars), max: limit)
      else { continue }
      let titles: Int = row[1]
      if let best, (best.distance, -best.titles) <= (distance, -titles) { continue }
      best = (distance, titles, candidate)
      limit = distance
    }
    return best?.word
  }

  /// Articles that somebody who is still typing may mean: by the beginning of their number, then
  /// by the words of their titles, the last of which may be incomplete.
  ///
  /// - Throws: `StorageError`; never for what was typed.
  public func suggestions(for text: String, limit: Int = 10) throws -> [SearchSuggestion] {
    guard let query = try? SearchQuery(text) else { return [] }
    let limit = min(max(limit, 1), Self.pageMax)
    return try read("look up suggestions in") { database in
      var found = try Self.numbered(query.text, limit: limit, in: database)
      // One letter is the beginning of half of all words.
      if found.count < limit, let match = query.match(lastIsPrefix: true),
        query.terms.last.map({ $0.text.unicodeScalars.count > 1 }) == true
      {
        let titles = try Self.suggestions(
          """
          SELECT a.number, a.title FROM (
            SELECT rowid AS number, rank FROM title_search WHERE title_search MATCH ?
            ORDER BY rank LIMIT ?
          ) AS hit CROSS JOIN article AS a ON a.number = hit.number
          """, [match, limit], in: database)
        found += titles.filter { !found.contains($0) }.prefix(limit - found.count)
      }
      return found
    }
  }

  /// Articles whose number begins like this, as `Q1798`: those with few digits first.
  private static func numbered(
    _ text: String, limit: Int, in database: Database
  ) throws -> [SearchSuggestion] {
    guard let id = ArticleID(text) else { return [] }
    var found: [SearchSuggestion] = []
    var (first, count) = (id.number, 1)
    while found.count < limit, ArticleID(number: first) != nil {
      found += try suggestions(
        "SELECT number, title FROM article WHERE number BETWEEN ? AND ? ORDER BY number LIMIT ?",
        [first, first + count - 1, limit - found.count], in: database)
      (first, count) = (first * 10, count * 10)
    }
    return found
  }

  private static func suggestions(
    _ sql: String, _ arguments: StatementArguments, in database: Database
  ) throws -> [SearchSuggestion] {
    try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments)
      .compactMap { row in
        ArticleID(number: row["number"]).map { SearchSuggestion(id: $0, title: row["title"]) }
      }
  }
}
