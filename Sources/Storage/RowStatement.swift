import GRDB
import GRDBSQLite

/// A statement that takes the values of one row and returns nothing, compiled once and run often.
///
/// GRDB passes arguments on in arrays of boxed values, which takes as long as SQLite takes to store
/// a small row. Here each value goes straight to SQLite's C API.
struct RowStatement {
  private let statement: Statement

  init(_ database: Database, _ sql: String) throws {
    statement = try database.makeStatement(sql: sql)
  }

  /// Runs the statement with its parameters, in order.
  ///
  /// - Throws: `DatabaseError`.
  func run<each Parameter: RowValue>(_ value: repeat each Parameter) throws {
    let pointer = statement.sqliteStatement
    defer {
      // A failure shows in `sqlite3_step`; what is returned here repeats it.
      sqlite3_reset(pointer)
    }
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

/// A value of a row as SQLite takes it.
protocol RowValue {
  /// - Returns: SQLite's result code.
  func bind(to statement: OpaquePointer, at position: CInt) -> CInt
}

extension Int: RowValue {
  func bind(to statement: OpaquePointer, at position: CInt) -> CInt {
    sqlite3_bind_int64(statement, position, Int64(self))
  }
}

extension String: RowValue {
  func bind(to statement: OpaquePointer, at position: CInt) -> CInt {
    var text = self
    return text.withUTF8 { bytes in
      guard let count = CInt(exactly: bytes.count) else { return SQLITE_TOOBIG }
      // SQLite copies the text before this returns.
      let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      return bytes.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(statement, position, $0.baseAddress, count, copies)
      }
    }
  }
}

extension Optional: RowValue where Wrapped: RowValue {
  func bind(to statement: OpaquePointer, at position: CInt) -> CInt {
    switch self {
    case let value?: value.bind(to: statement, at: position)
    case nil: sqlite3_bind_null(statement, position)
    }
  }
}
