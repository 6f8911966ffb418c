import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles
import KnowledgeBase
import Synchronization
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

/// A fleet database in a directory of its own.
final class TestFleet {
  static let now = {
    guard let now = Timestamp(milliseconds: 946_684_800_000) else { preconditionFailure("a time") }
    return now
  }()

  let directory: TestDirectory
  private(set) var database: FleetDatabase
  private let limits: FleetLimits
  private var lock: DataDirectoryLock?

  init(
    limits: FleetLimits = FleetLimits(),
    diskFilled: @escaping @Sendable (Bool) -> Void = { _ in }
  ) throws {
    let directory = try TestDirectory()
    let lock = try DataDirectoryLock(directory: directory.url)
    self.directory = directory
    self.limits = limits
    database = try FleetDatabase(
      directory: directory.url, lockedBy: lock, migrations: try directory.migrations("fleet"),
      limits: limits, timeLimit: .seconds(600), diskFilled: diskFilled)
    self.lock = consume lock
  }

  deinit { try? database.close() }

  func reopen() throws {
    try database.close()
    lock = nil
    let lock = try DataDirectoryLock(directory: directory.url)
    database = try FleetDatabase(
      directory: directory.url, lockedBy: lock, migrations: try directory.migrations("fleet"),
      limits: limits, timeLimit: .seconds(600))
    self.lock = consume lock
  }

  func store(_ samples: [Sample], process: String = "EXTRA") throws -> UploadReceipt {
    try database.store(
      FleetUpload(
        tenant: "t",
        series: [HandleSeries(host: "PLC-07", process: process, samples: samples)],
        received: Self.now))
  }

  func samples(_ process: String = "EXTRA") throws -> [Sample] {
    guard let host = try database.host("PLC-07", of: "t") else { return [] }
    return try database.series(of: host, SeriesSelection(process: process)).flatMap(\.samples)
  }

  /// All uploads while the connection is busy, so that they wait together.
  func storeAtOnce(_ uploads: [FleetUpload]) -> [Result<UploadReceipt, any Error>] {
    let results = Mutex<[Int: Result<UploadReceipt, any Error>]>([:])
    let done = DispatchSemaphore(value: 0)
    try? database.write { _ in
      for (index, upload) in uploads.enumerated() {
        database.store(upload) { result in
          results.withLock { $0[index] = result }
          done.signal()
        }
      }
    }
    for _ in uploads { done.wait() }
    return results.withLock { results in
      uploads.indices.map { results[$0] ?? .failure(FleetError.stopped) }
    }
  }

  /// The plans of all queries that `body` makes.
  func plans(_ body: () throws -> Void) throws -> [[String]] {
    // One reader is idle: the same connection is traced and asked.
    var statements: [String] = []
    try database.read { $0.trace { statements.append($0.expandedDescription) } }
    try body()
    return try database.read { database in
      database.trace(options: [])
      return try statements.filter { $0.hasPrefix("SELECT") }.map { statement in
        try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(statement)")
          .map { $0["detail"] as String }
      }
    }
  }

  /// Whether the blocks of each series follow each other, before its tail, and none is too long.
  ///
  /// - Returns: Their number.
  func checkBlocks() throws -> Int {
    try database.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT series, first, last, data FROM block
          UNION ALL SELECT series, first, last, data FROM tail ORDER BY series, first
          """)
      var before: (series: Int64, last: Int64)?
      for row in rows {
        let samples = try SampleCodec.decode(stored: row["data"])
        let (series, first, last) = (
          row["series"] as Int64, row["first"] as Int64, row["last"] as Int64
        )
        #expect(samples.count <= SeriesWriter.blockSamples)
        #expect(samples.first?.time.milliseconds == first)
        #expect(samples.last?.time.milliseconds == last)
        if let before, before.series == series { #expect(before.last < first) }
        before = (series, last)
      }
      return rows.count
    }
  }
}

extension FleetDatabase {
  /// Calls `body` behind each commit of the writer.
  func onCommit(_ body: @escaping @Sendable () -> Void) {
    try? write { database in
      database.add(transactionObserver: CommitObserver(body), extent: .databaseLifetime)
    }
  }

  /// The size that SQLite lets the file grow to, in pages beyond the present ones.
  func setPagesMax(spare: Int) throws {
    try write { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + spare)")
    }
  }
}

private final class CommitObserver: TransactionObserver {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidCommit(_ database: Database) { body() }
  func databaseDidRollback(_ database: Database) {}
}
