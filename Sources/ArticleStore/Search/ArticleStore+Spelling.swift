import GRDB

extension ArticleStore {
  /// Letters of a word that is looked for under another spelling.
  private static let mendedLetters = 4...32

  /// The query with its one unknown word corrected to a word of the archive; nil if all of its words are
  /// known, several are unknown, or no word is similar.
  ///
  /// - Throws: `StorageError`, of kind `timedOut` if it took too long.
  public func spelling(of query: SearchQuery) throws -> String? {
    try read("look up a spelling in") { database in
      let statement = try database.cachedStatement(
        sql: "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1")
      func isUnknown(_ term: SearchQuery.Term) throws -> Bool {
        try Int.fetchOne(statement, arguments: [SearchQuery.quoted(term)]) == nil
      }
      let wanted = query.terms.filter { !$0.isExcluded }
      let unknown = try wanted.filter { try !$0.isPhrase && isUnknown($0) }
      // Phrases last: of common words they are what takes long.
      guard unknown.count == 1, let term = unknown.first,
        try !wanted.contains(where: { try $0.isPhrase && isUnknown($0) })
      else { return nil }
      let word = Array(term.text.lowercased().unicodeScalars)
      guard Self.mendedLetters.contains(word.count) else { return nil }
      return try Self.nearest(to: word, in: database).map { query.replacing(term, by: $0) }
    }
  }

  /// The word that takes the fewest changes: one of a title, or one of the text if that is nearer.
  private static func nearest(
    to word: [Unicode.Scalar], in database: Database
  ) throws -> String? {
    let limit = word.count < 6 ? 1 : 2
    let title = try nearest(
      to: word, max: limit,
      of: try Row.fetchCursor(
        try database.cachedStatement(sql: "SELECT term, doc FROM title_word")))
    if let title, title.distance <= 1 { return title.word }
    return try nearestOfText(to: word, max: title.map { $0.distance - 1 } ?? limit, in: database)
      ?? title?.word
  }

  /// The nearest word of the texts, among those that begin with the same letter: the list of all is
  /// as long as the index, and who mistypes a word mostly gets its beginning right.
  private static func nearestOfText(
    to word: [Unicode.Scalar], max limit: Int, in database: Database
  ) throws -> String? {
    guard let stem = try stem(of: String(String.UnicodeScalarView(word)), in: database),
      let first = stem.unicodeScalars.first
    else { return nil }
    let nearest = try nearest(
      to: Array(stem.unicodeScalars), max: limit,
      of: try Row.fetchCursor(
        try database.cachedStatement(
          sql: "SELECT term, doc FROM search_word WHERE term >= ? AND term < ?"),
        arguments: [String(first), "\(first)\u{10FFFF}"]))
    return try nearest.flatMap { try spelt($0.word, like: word, in: database) }
  }

  /// The candidate that takes the fewest changes; of several the one in the most articles.
  private static func nearest(
    to word: [Unicode.Scalar], max limit: Int, of words: RowCursor
  ) throws -> (word: String, distance: Int)? {
    var best: (distance: Int, articles: Int, word: String)?
    var limit = limit
    while let row = try words.next() {
      let candidate: String = row[0]
      // Most words are ruled out by their length in bytes alone.
      guard abs(candidate.utf8.count - word.count) <= limit + 2,
        let distance = EditDistance.between(word, Array(candidate.unicodeScalars), max: limit)
      else { continue }
      let articles: Int = row[1]
      if let best, (best.distance, -best.articles) <= (distance, -articles) { continue }
      best = (distance, articles, candidate)
      limit = distance
    }
    return best.map { ($0.word, $0.distance) }
  }

  /// A word with this stem as some article spells it, the one most like `word`. Nil for the few
  /// stems that aren't their own stem, which can't be looked for.
  private static func spelt(
    _ stem: String, like word: [Unicode.Scalar], in database: Database
  ) throws -> String? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT snippet(search, -1, char(0xE000), char(0xE001), '', 8)
        FROM search WHERE search MATCH ? LIMIT 5
        """)
    let words = try String.fetchAll(statement, arguments: ["\"\(stem)\""])
      .flatMap { MarkedText($0).parts.filter(\.isMatch).map { $0.text.lowercased() } }
    let changesMax = 2 * mendedLetters.upperBound
    return words.min {
      func changes(_ other: String) -> Int {
        EditDistance.between(word, Array(other.unicodeScalars), max: changesMax) ?? changesMax
      }
      return changes($0) < changes($1)
    }
  }

  /// A word as the index has it; nil for what is several words there, or none.
  private static func stem(of word: String, in database: Database) throws -> String? {
    // As the table `search` is defined.
    let tokenizer = try database.makeTokenizer(
      FTS5TokenizerDescriptor(components: ["porter", "unicode61", "remove_diacritics", "2"]))
    let tokens = try tokenizer.tokenize(query: word)
    return tokens.count == 1 ? tokens.first?.token : nil
  }
}
