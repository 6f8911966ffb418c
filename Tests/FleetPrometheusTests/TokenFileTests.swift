import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import SQLite
import System
import Testing

@testable import FleetPrometheus

@Suite("Tokens in a file")
struct TokenFileTests {
  private let url = FileManager.default.temporaryDirectory
    .appending(path: "fixlevel-tokens-\(UUID().uuidString)")
  private let now = StoreUnderTest.now()

  private func token(_ byte: UInt8, expires: Timestamp? = nil) -> NewToken {
    NewToken(
      tenant: "t", name: "n\"ü", scope: .upload, prefix: "fxl_abcd",
      hash: Array(repeating: byte, count: 32), created: now, expires: expires)
  }

  @Test("what is added is there for every reader, and revoked for every reader")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(at: url) }
    let (one, other) = (TokenFile(url), TokenFile(url))
    #expect(try one.tokens().isEmpty && one.version() == nil)
    #expect(try one.add(token(1)) == 1)
    let version = other.version()
    #expect(try other.add(token(2, expires: now)) == 2)
    #expect(one.version() != version)
    let found = try #require(try one.token(hash: Array(repeating: 2, count: 32)))
    #expect(found == StoredToken(id: 2, token(2, expires: now)))
    #expect(try one.revokeToken(2, at: now))
    #expect(try !one.revokeToken(3, at: now))
    #expect(try other.tokens().map(\.revoked) == [nil, now])
    let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test("tokens that are added at once are all there")
  func atOnce() throws {
    defer { try? FileManager.default.removeItem(at: url) }
    DispatchQueue.concurrentPerform(iterations: 16) { index in
      #expect(throws: Never.self) { try TokenFile(url).add(token(UInt8(index))) }
    }
    #expect(try TokenFile(url).tokens().map(\.id) == Array(1...16))
  }

  @Test("a lock file that can't be opened is named with the reason")
  func unlockable() throws {
    defer { try? FileManager.default.removeItem(at: url) }
    let error = #expect(throws: StorageError.self) {
      try TokenFile(url.appending(path: "tokens")).add(token(1))
    }
    #expect(error?.reason == String(cString: strerror(ENOENT)))
  }

  @Test(
    "a line that is no token refuses the file",
    arguments: ["x", "{}", #"{"id":1}"#, "[]"])
  func damaged(line: String) throws {
    defer { try? FileManager.default.removeItem(at: url) }
    _ = try TokenFile(url).add(token(1))
    var text = try Data(contentsOf: url)
    text += Data("\(line)\n".utf8)
    try text.write(to: url)
    #expect(throws: StorageError.self) { try TokenFile(url).tokens() }
    #expect(throws: StorageError.self) { try TokenFile(url).add(token(2)) }
    text = Data(
      String(decoding: text, as: UTF8.self).split(separator: "\n").first.map {
        $0.replacing("0101", with: "01zz") + "\n"
      }.map(\.utf8).map(Array.init) ?? [])
    try text.write(to: url)
    #expect(throws: StorageError.self) { try TokenFile(url).tokens() }
  }
}
