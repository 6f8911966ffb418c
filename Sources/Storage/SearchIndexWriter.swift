import GRDB

/// What the full-text index holds of one article; the view `searchable` has the same.
struct SearchableText: Hashable {
  var title: String
  var words: String
  var headings: String
  var text: String
}

/// Keeps the full-text indexes in step with the articles.
///
/// FTS5 collects new entries in memory as long as their numbers rise, and writes all of them out
/// when one doesn't. So articles that come out of order are put off to the end.
struct SearchIndexWriter {
  private let insert: RowStatement
  private let insertTitle: RowStatement
  private let delete: RowStatement
  private let deleteTitle: RowStatement
  private let stored: Statement
  private let insertStored: RowStatement
  private let insertStoredTitle: RowStatement
  private var highest = 0
  private var putOff: Set<Int> = []

  init(_ database: Database) throws {
    insert = try RowStatement(
      database,
      """
      INSERT INTO search (rowid, id, title, words, headings, text) VALUES (?, ?, ?, ?, ?, ?)
      """)
    insertTitle = try RowStatement(
      database, "INSERT INTO title_search (rowid, title) VALUES (?, ?)")
    delete = try RowStatement(
      database,
      """
      INSERT INTO search (search, rowid, id, title, words, headings, text)
      SELECT 'delete', number, id, title, words, headings, text FROM searchable WHERE number = ?
      """)
    deleteTitle = try RowStatement(
      database,
      """
      INSERT INTO title_search (title_search, rowid, title)
      SELECT 'delete', number, title FROM article WHERE number = ?
      """)
    stored = try database.makeStatement(
      sql: """
        SELECT title, query_words || keywords || applies_to AS words, headings, text
        FROM article JOIN article_text ON article = number WHERE number = ?
        """)
    insertStored = try RowStatement(
      database,
      """
      INSERT INTO search (rowid, id, title, words, headings, text)
      SELECT number, id, title, words, headings, text FROM searchable WHERE number = ?
      """)
    insertStoredTitle = try RowStatement(
      database,
      """
      INSERT INTO title_search (rowid, title) SELECT number, title FROM article WHERE number = ?
      """)
  }

  /// Before an article's rows are replaced: takes the old text out of the index. False if it stays
  /// there because the new one is the same.
  mutating func remove(_ number: Int, for new: SearchableText) throws -> Bool {
    if putOff.contains(number) { return true }
    let old = try Row.fetchOne(stored, arguments: [number]).map { row in
      SearchableText(
        title: row["title"], words: row["words"], headings: row["headings"], text: row["text"])
    }
    if old == new { return false }
    try delete.run(number)
    try deleteTitle.run(number)
    return true
  }

  mutating func add(_ number: Int, _ text: SearchableText) throws {
    guard number >= highest else {
      putOff.insert(number)
      return
    }
    highest = number
    try insert.run(number, "Q\(number)", text.title, text.words, text.headings, text.text)
    try insertTitle.run(number, text.title)
  }

  /// Indexes what was put off, in the order of the numbers.
  mutating func finish() throws {
    for number in putOff.sorted() {
      try insertStored.run(number)
      try insertStoredTitle.run(number)
    }
    putOff = []
  }

  /// Merges the parts of the indexes: into one where most articles are new, else as far as parts of
  /// like size go.
  ///
  /// SQLite before 3.42 adds a level to the index with each `optimize` and can't read one with some
  /// 2,000 levels any more, so many small imports must not end with it.
  static func merge(_ database: Database, changed: Int) throws {
    let articles = try Int.fetchOne(database, sql: "SELECT count(*) FROM article") ?? 0
    for index in ["search", "title_search"] {
      if changed >= articles / 2 {
        try database.execute(sql: "INSERT INTO \(index) (\(index)) VALUES ('optimize')")
        continue
      }
      try database.execute(
        sql: "INSERT INTO \(index) (\(index), rank) VALUES ('usermerge', 2)")
      var before: Int
      repeat {
        before = database.totalChangesCount
        try database.execute(
          sql: "INSERT INTO \(index) (\(index), rank) VALUES ('merge', \(pagesAtOnce))")
        // One change is the statement itself: nothing was left to merge.
      } while database.totalChangesCount - before > 1
    }
  }

  /// Pages of an index that one statement merges.
  private static let pagesAtOnce = 1_000
}
