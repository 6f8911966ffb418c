import Bytes
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("What is said of an error of SQLite")
struct DatabaseErrorTests {
  private static func file(_ directory: TestDirectory) throws -> DatabaseFile {
    DatabaseFile(
      kind: .knowledgeBase, path: directory.path("kb.sqlite"),
      migrations: try directory.migrations("kb"))
  }

  @Test(
    "its text, its extended code, and which call on the file failed",
    arguments: [
      (.SQLITE_IOERR_READ, "disk I/O error (SQLITE_IOERR_READ, SQLite code 266)"),
      (.SQLITE_IOERR_FSYNC, "disk I/O error (SQLITE_IOERR_FSYNC, SQLite code 1034)"),
      (.SQLITE_IOERR_CORRUPTFS, "disk I/O error (SQLITE_IOERR_CORRUPTFS, SQLite code 8458)"),
      (.SQLITE_IOERR, "disk I/O error (SQLite code 10)"),
      (ResultCode(rawValue: 10 | 99 << 8), "disk I/O error (SQLite code 25354)"),
      (.SQLITE_CANTOPEN_ISDIR, "unable to open database file (SQLite code 526)"),
      (.SQLITE_BUSY_SNAPSHOT, "database is locked (SQLite code 517)"),
      (.SQLITE_CORRUPT_INDEX, "database disk image is malformed (SQLite code 779)"),
      (.SQLITE_FULL, "database or disk is full (SQLite code 13)"),
    ] as [(ResultCode, String)])
  func reason(code: ResultCode, expected: String) throws {
    let file = try Self.file(try TestDirectory())
    let error = #expect(throws: StorageError.self) {
      try file.mappingErrors("open") { throw DatabaseError(resultCode: code) }
    }
    #expect(error?.reason.contains(expected) == true, "\(error?.reason ?? "")")
    #expect(error?.description.hasPrefix("cannot open \(file.path): ") == true)
    #expect(error?.hint.isEmpty == false)
  }

  @Test("SQLite's own words stand before the code")
  func message() throws {
    let directory = try TestDirectory()
    let file = try Self.file(directory)
    let queue = try file.openForWriting(.buildingKnowledgeBase)
    let error = #expect(throws: StorageError.self) {
      try file.mappingErrors("write to") {
        try queue.write { database in
          for _ in 0..<2 {
            try database.execute(sql: "INSERT INTO facet (kind, value) VALUES ('keyword', 'x')")
          }
        }
      }
    }
    #expect(error?.reason == "UNIQUE constraint failed: facet.kind, facet.value (SQLite code 2067)")
  }
}
