public import Foundation
public import SQLite
import Synchronization

/// Which file `kb.sqlite` is: an import puts another one under that name.
public struct KnowledgeBaseGeneration: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  let modifiedSeconds: Int64
  private let modifiedNanoseconds: Int64

  /// Nil if there is no such file. Nothing is opened: closing a descriptor of a database would
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

/// The knowledge base of a data directory, whichever file it is at the time: what a process needs
/// to go on reading while an import replaces it.
public final class KnowledgeBaseSource: Sendable {
  /// Idle connections that are kept for `withStore`.
  private static let idleMax = 16

  private let directory: URL
  private let migrations: Migrations
  private let timeLimit: Duration
  /// How often a `CurrentStore` looks for another file, at most; nothing looks while nobody asks.
  fileprivate let lookInterval: Duration
  private let idle = Mutex<[ArticleStore]>([])

  /// - Parameters:
  ///   - timeLimit: How long a query may take; it is refused with `StorageError` of kind `timedOut`
  ///     then.
  ///   - lookInterval: How long a `CurrentStore` waits at least between two looks for another file.
  public init(
    directory: URL, migrations: Migrations, timeLimit: Duration = ArticleStore.timeLimit,
    lookInterval: Duration = .seconds(1)
  ) {
    self.directory = directory
    self.migrations = migrations
    self.timeLimit = timeLimit
    self.lookInterval = lookInterval
  }

  /// The file that has the name now; nil if there is none.
  public func current() -> KnowledgeBaseGeneration? {
    KnowledgeBaseGeneration(path: directory.appending(path: ArticleStore.fileName).path)
  }

  /// A connection to the present file.
  ///
  /// - Throws: `StorageError`.
  public func openStore() throws -> ArticleStore {
    try ArticleStore(directory: directory, migrations: migrations, timeLimit: timeLimit)
  }

  /// Lends a connection to the present file that nobody else uses meanwhile; to the one before while
  /// the present one can't be opened.
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

  /// Whether the present file can be read, though the one before may still answer.
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

/// The store of one thread, which moves on to the new file after an import.
public struct CurrentStore {
  /// A connection to the file that was there at the last look.
  public private(set) var store: ArticleStore
  private let source: KnowledgeBaseSource
  private var nextLook: ContinuousClock.Instant

  /// - Throws: `StorageError`.
  public init(_ source: KnowledgeBaseSource) throws {
    self.source = source
    store = try source.openStore()
    nextLook = .now + source.lookInterval
  }

  /// Opens the file of the name if it is another one. The old one is closed when the last that
  /// holds its store lets go.
  ///
  /// - Returns: Whether `store` is another one now.
  /// - Throws: `StorageError` if the new file can't be opened; `store` stays the old one, and
  ///   the next look is an interval later.
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
