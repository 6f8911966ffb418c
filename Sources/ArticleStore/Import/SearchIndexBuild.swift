import Foundation
import GRDB
import SQLite
import Synchronization
import System

/// Builds the full-text indexes on a thread of its own, in a file of its own, beside the thread that
/// writes the tables. The finished indexes are copied into the knowledge base.
///
/// Half of the work of an import is in the indexes, and SQLite lets one thread at a time write to
/// a file.
final class SearchIndexBuild: Sendable {
  private struct State {
    var waiting: [[SearchIndexChange]] = []
    var end: End?
    var error: (any Error)?
  }

  private enum End {
    case abandon
    case merge(changed: Int, of: Int)
  }

  /// Runs of changes that wait for the thread.
  private static let window = 8
  /// Where FTS5 keeps an index whose texts stand elsewhere (sqlite.org/fts5.html, section 9).
  private static let shadows = SearchIndexWriter.tables.flatMap { table in
    ["data", "idx", "docsize", "config"].map { "\(table)_\($0)" }
  }

  private let path: String
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  /// Counts runs of changes, and the end.
  private let news = DispatchSemaphore(value: 0)
  /// Nil until it runs, and after the first who waited for its end.
  private let thread = Mutex<NamedThread?>(nil)

  /// Begins with the indexes as `draft` has them.
  init(beside draft: DatabaseQueue, path: String) throws {
    self.path = path
    for _ in 0..<Self.window { room.signal() }
    try? FileManager.default.removeItem(atPath: path)
    do {
      let definitions = try draft.read { database in
        try SearchIndexWriter.tables.map {
          try String.fetchOne(
            database, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [$0]) ?? ""
        }
      }
      let queue = try DatabaseQueue(path: path, configuration: .buildingSearchIndex)
      try queue.write { database in
        for sql in definitions { try database.execute(sql: sql) }
      }
      try queue.close()
      try Self.copy(draft, path, from: "main", to: "building")
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
    guard let thread = NamedThread(name: "import-index", { self.work() }) else {
      try? FileManager.default.removeItem(atPath: path)
      throw StorageError(
        .failed, "build", path: path, reason: "the system has no thread left",
        hint: "raise the limit of tasks, or end other programs")
    }
    self.thread.withLock { $0 = thread }
  }

  /// Hands changes on, in order; waits while too many of them do.
  ///
  /// - Throws: The error that has ended the thread.
  func receive(_ changes: [SearchIndexChange]) throws {
    room.wait()
    try state.withLock { state in
      if let error = state.error { throw error }
      state.waiting.append(changes)
    }
    news.signal()
  }

  /// Tells the thread that there are no more changes; it then merges the parts of the indexes.
  ///
  /// - Parameters:
  ///   - changed: Articles of this build that are new or other than before.
  ///   - articles: All articles.
  func close(changed: Int, of articles: Int) {
    end(.merge(changed: changed, of: articles))
  }

  /// Waits until the indexes are finished and puts them into `draft`.
  func copy(into draft: DatabaseQueue) throws {
    awaitEnd()
    try state.withLock { if let error = $0.error { throw error } }
    try Self.copy(draft, path, from: "building", to: "main")
  }

  /// Ends the thread, whatever it does, and removes the file.
  func discard() {
    end(.abandon)
    awaitEnd()
    try? FileManager.default.removeItem(atPath: path)
  }

  private func awaitEnd() { _ = thread.withLock { $0.take() }?.join() }

  private func end(_ end: End) {
    state.withLock { $0.end = end }
    news.signal()
  }

  private func work() {
    do {
      let queue = try DatabaseQueue(path: path, configuration: .buildingSearchIndex)
      let end = try queue.write(makeChanges)
      if case .merge(let changed, let articles) = end {
        try queue.write { try SearchIndexWriter.merge($0, changed: changed, of: articles) }
      }
      try queue.close()
    } catch {
      state.withLock { $0.error = error }
      // Whoever waits for room is to see the error.
      room.signal()
    }
  }

  private func makeChanges(_ database: Database) throws -> End {
    let writer = try SearchIndexWriter(database)
    while true {
      news.wait()
      let (changes, end): ([SearchIndexChange], End?) = state.withLock { state in
        if case .abandon = state.end { return ([], .abandon) }
        guard !state.waiting.isEmpty else { return ([], state.end) }
        return (state.waiting.removeFirst(), nil)
      }
      if let end { return end }
      try writer.apply(changes)
      room.signal()
    }
  }

  /// Puts the indexes of one file in the place of those of the other. `draft` has not used its own
  /// before, so FTS5 remembers nothing of them.
  private static func copy(
    _ draft: DatabaseQueue, _ path: String, from source: String, to target: String
  ) throws {
    try draft.writeWithoutTransaction { database in
      try database.execute(sql: "ATTACH ? AS building", arguments: [path])
      try database.execute(sql: "PRAGMA building.journal_mode = OFF")
      try database.execute(sql: "PRAGMA building.synchronous = OFF")
      try database.inTransaction {
        for table in shadows {
          try database.execute(sql: "DELETE FROM \(target).\(table)")
          try database.execute(
            sql: "INSERT INTO \(target).\(table) SELECT * FROM \(source).\(table)")
        }
        return .commit
      }
      try database.execute(sql: "DETACH building")
    }
  }
}
