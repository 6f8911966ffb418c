import GRDB
import GRDBSQLite

/// A statement that takes the values of one row and returns nothing, compiled once and run often.
///
/// GRDB's `execute(arguments:)` takes an array of boxed values. Here each value is bound as what it
/// is, which an import of many small rows feels.
struct RowStatement {
  private let statement: Statement

  init(_ database: Database, _ sql: String) throws {
    statement = try database.makeStatement(sql: sql)
  }

  /// Runs the statement with its parameters, in order.
  ///
  /// - Throws: `DatabaseError`.
  func run<each Value: StatementBinding>(_ value: repeat each Value) throws {
    let pointer = statement.sqliteStatement
    // Its result repeats that of the step.
    defer { sqlite3_reset(pointer) }
    var position: CInt = 0
    for value in repeat each value {
      position += 1
      try check(value.bind(to: pointer, at: position))
    }
    try check(sqlite3_step(pointer))
  }

  private func check(_ code: CInt) throws {
    if code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW { return }
    let connection = sqlite3_db_handle(statement.sqliteStatement)
    throw DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: sqlite3_errmsg(connection).map { String(cString: $0) }, sql: statement.sql)
  }
}
