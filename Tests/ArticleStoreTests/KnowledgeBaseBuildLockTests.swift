import Bytes
import Foundation
import KnowledgeBase
import Synchronization
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("The right to build a knowledge base")
struct KnowledgeBaseBuildLockTests {
  /// The number of a descriptor that was closed belongs to the next file that any thread opens: who
  /// closes it again takes that thread's file from it.
  @Test("a lock that is refused closes its own descriptor, and nobody else's")
  func refused() throws {
    let directory = try TestDirectory()
    let lock = try KnowledgeBaseBuildLock(directory: directory.url)
    let isDone = Atomic(false)
    let stolen = Atomic(0)
    let others = DispatchGroup()
    for _ in 0..<2 {
      others.enter()
      Thread.detachNewThread {
        while !isDone.load(ordering: .relaxed) {
          let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
          if close(descriptor) != 0 { stolen.add(1, ordering: .relaxed) }
        }
        others.leave()
      }
    }
    var refusals = 0
    for _ in 0..<5_000 where stolen.load(ordering: .relaxed) == 0 {
      do {
        _ = try KnowledgeBaseBuildLock(directory: directory.url)
      } catch let error as StorageError where error.kind == .locked {
        refusals += 1
      }
    }
    isDone.store(true, ordering: .relaxed)
    others.wait()
    _ = consume lock
    let count = stolen.load(ordering: .relaxed)
    #expect(count == 0, "after \(refusals) refusals")
  }
}
