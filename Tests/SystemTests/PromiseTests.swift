import Foundation
import Synchronization
import Testing

@testable import System

@Suite("Promises and threads")
struct PromiseTests {
  @Test("all who wait get the first value")
  func firstValue() {
    let promise = Promise<Int>()
    let seen = Mutex<[Int]>([])
    let waiting = (0..<8).compactMap { number in
      NamedThread(name: "waiting-\(number)") {
        let value = promise.wait()
        seen.withLock { $0.append(value) }
      }
    }
    promise.resolve(1)
    promise.resolve(2)
    for thread in waiting { #expect(thread.join()) }
    #expect(seen.withLock { $0 } == Array(repeating: 1, count: 8))
    #expect(promise.wait() == 1)
  }

  @Test("a thread that does not end in time is left to itself")
  func deadline() throws {
    let release = Promise<Void>()
    let thread = try #require(NamedThread(name: "slow") { release.wait() })
    #expect(!thread.join(until: .now()))
    release.resolve(())
  }
}
