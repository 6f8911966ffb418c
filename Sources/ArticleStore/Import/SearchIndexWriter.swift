import GRDB
import SQLite

/// What becomes of one article in the full-text indexes.
struct SearchIndexChange: Sendable {
  enum Kind { case add, remove }

  var kind: Kind
  var number: Int
  /// For a removal, what was added.
  var text: SearchableText
}

/// Writes the full-text indexes of one connection. It reads none of the other tables.
struct SearchIndexWriter {
  /// The tables, each of which FTS5 keeps in several of its own.
  static let tables = ["search", "title_search"]

  private let insert: RowStatement
  private let insertTitle: RowStatement
  private let delete: RowStatement
  private let deleteTitle: RowStatement

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
      VALUES ('delete', ?, ?, ?, ?, ?, ?)
      """)
    deleteTitle = try RowStatement(
      database,
      "INSERT INTO title_search (title_search, rowid, title) VALUES ('delete', ?, ?)")
  }

  func apply(_ changes: [SearchIndexChange]) throws {
    for change in changes {
      let (number, text) = (change.number, change.text)
      let (row, titleRow) =
        switch change.kind {
        case .add: (insert, insertTitle)
        case .remove: (delete, deleteTitle)
        }
      try row.run(number, "Q\(number)", text.title, text.words, text.headings, text.text)
      try titleRow.run(number, text.title)
    }
  }

  /// Merges the parts of the indexes: into one where most articles are new, else as far as parts of
  /// like size go.
  ///
  /// SQLite before 3.42 adds a level to the index with each `optimize` and can't read one with some
  /// 2,000 levels any more, so many small imports must not end with it.
  ///
  /// - Parameters:
  ///   - changed: Articles that are new or other than before.
  ///   - articles: All articles.
  static func merge(_ database: Database, changed: Int, of articles: Int) throws {
    for index in tables {
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
