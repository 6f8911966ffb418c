import GRDB

/// Tells the full-text indexes what changes while articles are written, in runs.
///
/// FTS5 collects new entries in memory as long as their numbers rise, and writes all of them out
/// when one doesn't. So articles that come out of order are put off to the end.
struct SearchIndexFeed {
  /// What is handed on at once, unless a single text is larger.
  private static let changesMax = 32
  private static let bytesMax = 1 << 20

  private let receive: ([SearchIndexChange]) throws -> Void
  private let stored: Statement
  private var changes: [SearchIndexChange] = []
  private var bytes = 0
  private var highest = 0
  private var putOff: Set<Int> = []

  /// - Parameters:
  ///   - database: With the articles.
  ///   - receive: Takes changes, in the order in which they are to be made.
  init(_ database: Database, _ receive: @escaping ([SearchIndexChange]) throws -> Void) throws {
    self.receive = receive
    stored = try database.makeStatement(
      sql: """
        SELECT title, query_words || keywords || applies_to AS words, headings, text
        FROM article JOIN article_text ON article = number WHERE number = ?
        """)
  }

  /// Before an article's rows are replaced: takes the old text out of the index. False if it stays
  /// there because the new one is the same.
  mutating func remove(_ number: Int, for new: SearchableText) throws -> Bool {
    if putOff.contains(number) { return true }
    guard let old = try storedText(number) else { return true }
    if old == new { return false }
    try hand(SearchIndexChange(kind: .remove, number: number, text: old))
    return true
  }

  mutating func add(_ number: Int, _ text: SearchableText) throws {
    guard number >= highest else {
      putOff.insert(number)
      return
    }
    highest = number
    try hand(SearchIndexChange(kind: .add, number: number, text: text))
  }

  /// Hands on what is left, and what was put off in the order of the numbers.
  mutating func finish() throws {
    for number in putOff.sorted() {
      guard let text = try storedText(number) else { continue }
      try hand(SearchIndexChange(kind: .add, number: number, text: text))
    }
    putOff = []
    try flush()
  }

  private func storedText(_ number: Int) throws -> SearchableText? {
    try Row.fetchOne(stored, arguments: [number]).map { row in
      SearchableText(
        title: row["title"], words: row["words"], headings: row["headings"], text: row["text"])
    }
  }

  private mutating func hand(_ change: SearchIndexChange) throws {
    changes.append(change)
    bytes += change.text.count
    if changes.count >= Self.changesMax || bytes >= Self.bytesMax { try flush() }
  }

  private mutating func flush() throws {
    guard !changes.isEmpty else { return }
    try receive(changes)
    changes.removeAll(keepingCapacity: true)
    bytes = 0
  }
}
