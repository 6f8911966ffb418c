public import Foundation
public import SQLite
import Synchronization

/// Identifies the file behind the name `kb.sqlite`, which every import replaces.
public struct KnowledgeBaseGeneration: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  let modifiedSeconds: Int64
  private let modifiedNanoseconds: Int64

  /// The file at a path; nil if there is none. Nothing is opened: closing a descriptor of a database would
  /// drop the locks that SQLite holds on it.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    modifiedSeconds = Int64(status.st_mtim.tv_sec)
    modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
  }
}

/// Opens the current knowledge base of a data directory, so that a process can keep reading while an
/// import replaces the file.
public final class KnowledgeBaseSource: Sendable {
  /// Idle connections that are kept for `withStore`.
  private static let idleMax = 16

  private let directory: URL
  private let migrations: Migrations
  private let timeLimit: Duration
  /// How often a `CurrentStore` looks for another file, at most; nothing looks while nobody asks.
  fileprivate let lookInterval: Duration
  private let idle = Mutex<[ArticleStore]>([])

  /// A source for a data directory. Nothing is opened yet.
  ///
  /// - Parameters:
  ///   - timeLimit: How long a query may take before it fails with `StorageError` of kind `timedOut`.
  ///   - lookInterval: How long a `CurrentStore` waits at least between two checks for another file.
  public init(
    directory: URL, migrations: Migrations, timeLimit: Duration = ArticleStore.timeLimit,
    lookInterval: Duration = .seconds(1)
  ) {
    self.directory = directory
    self.migrations = migrations
    self.timeLimit = timeLimit
    self.lookInterval = lookInterval
  }

  /// The current file; nil if there is none.
  public func current() -> KnowledgeBaseGeneration? {
    KnowledgeBaseGeneration(path: directory.appending(path: ArticleStore.fileName).path)
  }

  /// Opens a new connection to the current file.
  ///
  /// - Throws: `StorageError`.
  public func openStore() throws -> ArticleStore {
    try ArticleStore(directory: directory, migrations: migrations, timeLimit: timeLimit)
  }

  /// Runs `body` with a store that nobody else uses meanwhile. It reads the current file, or the
  /// previous one while the current one can't be opened.
  ///
  /// - Throws: `StorageError`, or what `body` throws.
  public func withStore<Value>(_ body: (ArticleStore) throws -> Value) throws -> Value {
    let store: ArticleStore
    do {
      store = try presentStore()
    } catch {
      guard let older = idle.withLock({ $0.popLast() }) else { throw error }
      store = older
    }
    defer { giveBack(store) }
    return try body(store)
  }

  /// Checks that the current file can be read, even if the previous one still answers queries.
  ///
  /// - Throws: `StorageError`, or what `body` throws.
  public func checkAvailable(_ body: (ArticleStore) throws -> Void) throws {
    let store = try presentStore()
    defer { giveBack(store) }
    try body(store)
  }

  private func presentStore() throws -> ArticleStore {
    let generation = current()
    let known = idle.withLock { idle in
      idle.lastIndex { $0.generation == generation }.map { idle.remove(at: $0) }
    }
    let store = try known ?? openStore()
    closeOutdated()
    return store
  }

  private func giveBack(_ store: ArticleStore) {
    idle.withLock { if $0.count < Self.idleMax { $0.append(store) } }
  }

  /// Closes the idle connections to files that were replaced.
  func closeOutdated() {
    let generation = current()
    // Closed outside of the lock, when the last reference goes.
    let outdated = idle.withLock { idle in
      let outdated = idle.filter { $0.generation != generation }
      if !outdated.isEmpty { idle.removeAll { $0.generation != generation } }
      return outdated
    }
    _ = consume outdated
  }
}

/// The store of one thread, which switches to the new file after an import.
public struct CurrentStore {
  /// A store of the file that was current at the last check.
  public private(set) var store: ArticleStore
  private let source: KnowledgeBaseSource
  private var nextLook: ContinuousClock.Instant

  /// Opens the current file.
  ///
  /// - Throws: `StorageError`.
  public init(_ source: KnowledgeBaseSource) throws {
    self.source = source
    store = try source.openStore()
    nextLook = .now + source.lookInterval
  }

  /// Opens the current file if it has been replaced. The old one is closed when nothing uses its store
  /// any more.
  ///
  /// - Returns: Whether `store` has changed.
  /// - Throws: `StorageError` if the new file can't be opened. `store` stays the old one, and the next
  ///   check comes an interval later.
  public mutating func refresh(at now: ContinuousClock.Instant = .now) throws -> Bool {
    guard now >= nextLook else { return false }
    nextLook = now + source.lookInterval
    let generation = source.current()
    guard generation != store.generation else { return false }
    store = try source.openStore()
    source.closeOutdated()
    return true
  }
}
