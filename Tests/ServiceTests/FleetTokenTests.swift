import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("Token texts and rates")
struct FleetTokenTests {
  @Test("a token is read again, and no typo of one character or two swapped ones is")
  func typos() throws {
    let token = try #require(TokenText(random: Array(0..<32)))
    #expect(token.text.hasPrefix("fxl_") && token.text.utf8.count == 53)
    #expect(TokenText(token.text)?.hash == token.hash)
    let characters = Array(token.text)
    for index in characters.indices {
      for other in ["0", "Z", "a", "_", "é"] as [Character] where other != characters[index] {
        var typo = characters
        typo[index] = other
        #expect(TokenText(String(typo)) == nil)
      }
      if index > 0, characters[index] != characters[index - 1] {
        var swapped = characters
        swapped.swapAt(index, index - 1)
        #expect(TokenText(String(swapped)) == nil)
      }
    }
    for text in ["", "fxl_", String(token.text.dropLast()), token.text + "0"] {
      #expect(TokenText(text) == nil)
    }
  }

  @Test("all random bytes count")
  func random() throws {
    var texts: Set<String> = []
    for index in 0..<32 {
      var bytes = [UInt8](repeating: 0, count: 32)
      bytes[index] = 1
      texts.insert(try #require(TokenText(random: bytes)).text)
    }
    #expect(texts.count == 32)
    #expect(TokenText(random: Array(repeating: 255, count: 32)) != nil)
    #expect(TokenText(random: []) == nil)
  }

  @Test("a rate lets its burst through, then earns what the rate says")
  func rate() {
    let limiter = RateLimiter<Int64>(RateLimit(perSecond: 2, burst: 4))
    var now: Int64 = 5
    for _ in 0..<4 { #expect(limiter.take(1, for: 1, at: now) == nil) }
    #expect(limiter.take(1, for: 1, at: now) == 1)
    #expect(limiter.take(1, for: 2, at: now) == nil, "another key")
    now += 1_000_000_000
    for _ in 0..<2 { #expect(limiter.take(1, for: 1, at: now) == nil) }
    #expect(limiter.take(1, for: 1, at: now) == 1)
    now += 2_000_000_000
    #expect(limiter.take(.max, for: 1, at: now) == nil, "at most a burst is taken")
    #expect(limiter.take(4, for: 1, at: now) == 2)
  }

  @Test("the table of keys is bounded")
  func bounded() {
    let limiter = RateLimiter<Int64>(RateLimit(perSecond: 1, burst: 1), keysMax: 2)
    #expect(limiter.take(1, for: 1, at: 0) == nil)
    #expect(limiter.take(1, for: 2, at: 0) == nil)
    #expect(limiter.take(1, for: 3, at: 0) == 1)
    #expect(limiter.take(1, for: 3, at: 1_000_000_000) == nil, "the others have earned theirs")
  }
}
