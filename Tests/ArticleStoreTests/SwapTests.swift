import Bytes
import Foundation
import KnowledgeBase
import Synchronization
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("A knowledge base that is replaced while it is read")
struct SwapTests {
  /// Descriptors of this process that belong to a file of the directory.
  private static func descriptors(_ directory: TestDirectory) throws -> [String] {
    let folder = "/proc/self/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
      .filter { $0.contains(directory.url.lastPathComponent) }
  }

  @Test("searches run on while imports replace the file; none fails, all end on the new one")
  func underLoad() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    let source = KnowledgeBaseSource(
      directory: directory.url, migrations: migrations, timeLimit: .seconds(600))
    let isDone = Atomic(false)
    let searches = Atomic(0)
    let failures = Mutex<[String]>([])
    let group = DispatchGroup()
    for _ in 0..<3 {
      group.enter()
      Thread.detachNewThread {
        while !isDone.load(ordering: .relaxed) {
          do {
            let count = try source.withStore { store in
              _ = try store.facets(try SearchQuery("handle"))
              return try store.search(try SearchQuery("handle")).items.count
            }
            if count < 4 { failures.withLock { $0.append("\(count) hits") } }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
          searches.add(1, ordering: .relaxed)
        }
        group.leave()
      }
    }
    for index in 0..<5 {
      let text = ArchiveFixture.text(100_100 + index, title: "One More", cause: "A handle.")
      try ArchiveFixture.load([(100_100 + index, text)], into: directory, "more\(index)")
    }
    isDone.store(true, ordering: .relaxed)
    group.wait()
    #expect(failures.withLock { $0 } == [])
    #expect(searches.load(ordering: .relaxed) > 5)
    let total = try source.withStore { try $0.articleCount() }
    #expect(total == 10)
    #expect(try Self.descriptors(directory).allSatisfy { !$0.hasSuffix("(deleted)") })
  }

  @Test("a thread's store moves on within a second or so, and the old file is closed")
  func currentStore() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    let source = KnowledgeBaseSource(
      directory: directory.url, migrations: try directory.migrations("kb"))
    let start = ContinuousClock.now
    var current = try CurrentStore(source)
    let before = current.store.generation
    try ArchiveFixture.load([(7, ArchiveFixture.text(7, title: "Seven"))], into: directory, "b")
    #expect(try !current.refresh(at: start), "looked at too soon")
    #expect(current.store.generation == before)
    #expect(try current.refresh(at: .now + .seconds(2)))
    #expect(current.store.generation != before)
    #expect(try current.store.articleCount() == 6)
    #expect(try Self.descriptors(directory).allSatisfy { !$0.hasSuffix("(deleted)") })
    #expect(try !current.refresh(at: .now + .seconds(4)), "the same file")
  }

  @Test("a new file that can't be used leaves the old one in use")
  func unusable() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles, into: directory)
    let source = KnowledgeBaseSource(
      directory: directory.url, migrations: try directory.migrations("kb"))
    var current = try CurrentStore(source)
    try Data(
      "not a database, and long enough to look at: \(String(repeating: "x", count: 200))".utf8
    )
    .write(to: directory.url.appending(path: "kb.sqlite"), options: .atomic)
    let later = ContinuousClock.now + .seconds(2)
    #expect {
      _ = try current.refresh(at: later)
    } throws: { error in
      (error as? StorageError)?.kind == .foreign
    }
    #expect(try !current.refresh(at: later), "the next look is an interval later")
    #expect(try current.store.articleCount() == 5)
  }
}
