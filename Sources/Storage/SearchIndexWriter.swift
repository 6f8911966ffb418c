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
  private let insert: Statement
  private let insertTitle: Statement
  private let delete: Statement
  private let deleteTitle: Statement
  private let stored: Statement
  private let insertStored: Statement
  private let insertStoredTitle: Statement
  private var highest = 0
  private var putOff: Set<Int> = []

  init(_ database: Database) throws {
    insert = try database.makeStatement(
      sql: """
        INSERT INTO search (rowid, id, title, words, headings, text) VALUES (?, ?, ?, ?, ?, ?)
        """)
    insertTitle = try database.makeStatement(
      sql: "INSERT INTO title_search (rowid, title) VALUES (?, ?)")
    delete = try database.makeStatement(
      sql: """
        INSERT INTO search (search, rowid, id, title, words, headings, text)
        SELECT 'delete', number, id, title, words, headings, text FROM searchable WHERE number = ?
        """)
    deleteTitle = try database.makeStatement(
      sql: """
        INSERT INTO title_search (title_search, rowid, title)
        SELECT 'delete', number, title FROM article WHERE number = ?
        """)
    stored = try database.makeStatement(
      sql: "SELECT title, words, headings, text FROM searchable WHERE number = ?")
    insertStored = try database.makeStatement(
      sql: """
        INSERT INTO search (rowid, id, title, words, headings, text)
        SELECT number, id, title, words, headings, text FROM searchable WHERE number = ?
        """)
    insertStoredTitle = try database.makeStatement(
      sql: """
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
    try delete.execute(arguments: [number])
    try deleteTitle.execute(arguments: [number])
    return true
  }

  mutating func add(_ number: Int, _ text: SearchableText) throws {
    guard number >= highest else {
      putOff.insert(number)
      return
    }
    highest = number
    try insert.execute(
      arguments: [number, "Q\(number)", text.title, text.words, text.headings, text.text])
    try insertTitle.execute(arguments: [number, text.title])
  }

  /// Indexes what was put off, in the order of the numbers.
  mutating func finish() throws {
    for number in putOff.sorted() {
      try insertStored.execute(arguments: [number])
      try insertStoredTitle.execute(arguments: [number])
    }
    putOff = []
  }
}
