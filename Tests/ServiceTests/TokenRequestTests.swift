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

@Suite("Requests for tokens")
struct TokenRequestTests {
  @Test("what a request says is checked")
  func checked() throws {
    let client = try FleetClient()
    func create(name: String = "n", scope: String = "read", hash: Int = 32) throws -> TokenReply {
      try TokenRequest.create(
        tenant: "t", name: name, scope: scope, prefix: "fxl_", hash: Array(0..<UInt8(hash)),
        created: 1, expires: nil
      ).run(on: client.database)
    }
    for reply in [
      try create(name: ""), try create(name: "a\nb"), try create(scope: "root"),
      try create(hash: 31), try TokenRequest.revoke(id: 1, at: 1).run(on: client.database),
    ] {
      guard case .refused = reply else {
        Issue.record("\(reply)")
        continue
      }
    }
    #expect(try create() == .done(id: 1))
    #expect(try TokenRequest.revoke(id: 1, at: 1).run(on: client.database) == .done(id: 1))
  }
}
