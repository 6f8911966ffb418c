package import GRDB
import GRDBSQLite

/// A statement that takes the values of one row and returns nothing, compiled once and run often.
///
/// GRDB's `execute(arguments:)` takes an array of boxed values. Here each value is bound as what it
/// is, which an import of many small rows feels.
package struct RowStatement {
  private let statement: Statement

  package init(_ database: Database, _ sql: String) throws {
    statement = try database.makeStatement(sql: sql)
  }

  /// Runs the statement with its parameters, in order.
  ///
  /// - Throws: `DatabaseError`.
  package func run<each Value: RowValue>(_ value: repeat each Value) throws {
    // Its result repeats that of the step.
    defer { sqlite3_reset(statement.sqliteStatement) }
    var position: CInt = 0
    repeat try bind(each value, &position)
    try step()
  }

  /// Runs the statement with the values of several rows, one after the other.
  fileprivate func run<Element, each Value: RowValue>(
    _ elements: ArraySlice<Element>, _ values: (Element) throws -> (repeat each Value)
  ) throws {
    defer { sqlite3_reset(statement.sqliteStatement) }
    var position: CInt = 0
    for element in elements {
      let value = try values(element)
      repeat try bind(each value, &position)
    }
    try step()
  }

  private func bind(_ value: some RowValue, _ position: inout CInt) throws {
    position += 1
    try check(value.bind(to: statement.sqliteStatement, at: position))
  }

  private func step() throws { try check(sqlite3_step(statement.sqliteStatement)) }

  private func check(_ code: CInt) throws {
    if code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW { return }
    let connection = sqlite3_db_handle(statement.sqliteStatement)
    throw DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: sqlite3_errmsg(connection).map { String(cString: $0) }, sql: statement.sql)
  }
}

/// Inserts rows into one table, several with one statement: a run of a statement costs more than
/// the insertion of a short row.
package struct RowInsertion {
  /// Rows of one statement, at most.
  private static let rowsMax = 16

  private let database: Database
  private let sql: String
  private let row: String
  /// By their number of rows; made when they are first needed.
  private var statements: [RowStatement?]

  package init(_ database: Database, into table: String, columns: [String]) {
    self.database = database
    sql = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES "
    row = "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
    statements = Array(repeating: nil, count: Self.rowsMax + 1)
  }

  /// Inserts one row for each element, with the values of the columns in order.
  ///
  /// - Throws: `DatabaseError`, or what `values` throws.
  package mutating func run<Element, each Value: RowValue>(
    _ elements: [Element], _ values: (Element) throws -> (repeat each Value)
  ) throws {
    var rest = elements[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(Self.rowsMax)
      try statement(rows: chunk.count).run(chunk, values)
      rest = rest.dropFirst(chunk.count)
    }
  }

  private mutating func statement(rows: Int) throws -> RowStatement {
    if let statement = statements[rows] { return statement }
    let statement = try RowStatement(
      database, sql + Array(repeating: row, count: rows).joined(separator: ", "))
    statements[rows] = statement
    return statement
  }
}

/// What a parameter of a `RowStatement` can be.
package protocol RowValue {
  /// - Returns: SQLite's result code.
  func bind(to statement: OpaquePointer, at position: CInt) -> CInt
}

extension Int: RowValue {
  package func bind(to statement: OpaquePointer, at position: CInt) -> CInt {
    sqlite3_bind_int64(statement, position, Int64(self))
  }
}

extension String: RowValue {
  /// Binds a copy of the bytes, which SQLite frees; GRDB makes a C string of them before that.
  package func bind(to statement: OpaquePointer, at position: CInt) -> CInt {
    let count = utf8.count
    guard let copy = sqlite3_malloc64(UInt64(count) + 1) else { return SQLITE_NOMEM }
    UnsafeMutableRawBufferPointer(start: copy, count: count).copyBytes(from: utf8)
    return sqlite3_bind_text(
      statement, position, copy.assumingMemoryBound(to: CChar.self), CInt(clamping: count),
      sqlite3_free)
  }
}

extension Optional: RowValue where Wrapped: RowValue {
  package func bind(to statement: OpaquePointer, at position: CInt) -> CInt {
    switch self {
    case .some(let value): value.bind(to: statement, at: position)
    case .none: sqlite3_bind_null(statement, position)
    }
  }
}
