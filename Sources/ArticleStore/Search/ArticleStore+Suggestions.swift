import GRDB
import KnowledgeBase

extension ArticleStore {
  /// Suggests articles while somebody is still typing: by the beginning of their number, then by the
  /// words of their titles, the last of which may be incomplete.
  ///
  /// - Throws: `StorageError`; no text is an error.
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
