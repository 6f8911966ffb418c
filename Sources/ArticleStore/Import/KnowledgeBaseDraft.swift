import Foundation
import GRDB
import SQLite
import System

/// The file beside `kb.sqlite` in which the next one is built, whole, before it gets that name.
///
/// It begins as a copy of the present one. When it is not published it goes away again; one that a
/// killed process left behind is overwritten by the next.
struct KnowledgeBaseDraft: ~Copyable {
  private let lock: KnowledgeBaseBuildLock
  private let path: String
  private let queue: DatabaseQueue
  private let file: DatabaseFile
  private var isPublished = false

  /// - Throws: `StorageError`.
  init(directory: URL, migrations: Migrations) throws {
    let lock = try KnowledgeBaseBuildLock(directory: directory)
    let path = directory.appending(path: ArticleStore.fileName).path
    let partial = path + ".new"
    let present = DatabaseFile(kind: .knowledgeBase, path: path, migrations: migrations)
    let file = DatabaseFile(kind: .knowledgeBase, path: partial, migrations: migrations)
    let exists = try present.isOurs()
    try? FileManager.default.removeItem(atPath: partial)
    let queue: DatabaseQueue
    do {
      if exists { try Self.copy(path, to: partial) }
      queue = try file.openForWriting(.buildingKnowledgeBase)
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw error
    }
    self.init(lock: lock, path: path, queue: queue, file: file)
  }

  private init(
    lock: consuming KnowledgeBaseBuildLock, path: String, queue: DatabaseQueue, file: DatabaseFile
  ) {
    self.lock = lock
    self.path = path
    self.queue = queue
    self.file = file
  }

  private static func copy(_ path: String, to partial: String) throws {
    do {
      try FileManager.default.copyItem(atPath: path, toPath: partial)
    } catch {
      throw StorageError(
        .inaccessible, "copy", path: path, reason: error.localizedDescription,
        hint: "check the permissions of the folder and the room on the disk")
    }
  }

  /// Writes all articles of one build.
  ///
  /// - Parameter index: Where the full-text indexes are built; without, by this connection.
  func write<Value>(
    index: SearchIndexBuild? = nil, _ body: (Database, inout ArticleWriter) throws -> Value
  ) throws -> Value {
    try file.mappingErrors("write to") {
      try queue.write { database in
        var writer =
          if let index {
            try ArticleWriter(database, index: index.receive)
          } else {
            try ArticleWriter(database)
          }
        let value = try body(database, &writer)
        try writer.finish()
        return value
      }
    }
  }

  /// The full-text indexes of this draft, to be built by a thread of their own.
  func beginIndex() throws -> SearchIndexBuild {
    try file.mappingErrors("write to") {
      try SearchIndexBuild(beside: queue, path: path + ".index.new")
    }
  }

  /// Waits for the full-text indexes and takes them over.
  func take(_ index: SearchIndexBuild) throws {
    try file.mappingErrors("write to") { try index.copy(into: queue) }
  }

  /// Puts the file in the place of the present one when all of it is on disk.
  consuming func publish() throws {
    try file.mappingErrors("close") { try queue.close() }
    try Self.sync(file.path, O_RDONLY)
    guard rename(file.path, path) == 0 else {
      throw StorageError(
        .inaccessible, "rename a new knowledge base to", path: path,
        reason: String(cString: strerror(errno)), hint: "check the permissions of the folder")
    }
    isPublished = true
    try Self.sync(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
  }

  private static func sync(_ path: String, _ flags: CInt) throws {
    guard let file = FileDescriptor(opening: path, flags), file.sync() else {
      throw StorageError(
        .failed, "sync", path: path, reason: String(cString: strerror(errno)),
        hint: "check the disk")
    }
  }

  deinit {
    guard !isPublished else { return }
    try? queue.close()
    try? FileManager.default.removeItem(atPath: file.path)
  }
}
