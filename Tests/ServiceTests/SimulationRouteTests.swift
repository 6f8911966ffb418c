import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("Simulations over HTTP")
struct SimulationRouteTests {
  let client: TestClient

  init() throws { client = try TestClient() }

  @Test("one open a second wraps after 18.2 hours below SP4 and is refused from SP4 on")
  func timeline() throws {
    let answer = try client.post(
      "/api/v1/simulations",
      #"{"opens_per_hour":3600,"touches_per_hour":60,"hours":24,"seed":7}"#.utf8)
    #expect(answer.status == 200)
    let levels = try #require(try answer.json()["by_service_pack"] as? [[String: Any]])
    #expect(levels.count == 9)
    for level in levels {
      let simulation = try #require(level["simulation"] as? [String: Any])
      let events = try #require(simulation["events"] as? [[String: Any]])
      let names = events.compactMap { $0["event"] as? String }
      if level["verdict"] as? String == "affected" {
        let wrap = try #require(events.first { $0["event"] as? String == "count_wrapped" })
        #expect(abs((wrap["at_hours"] as? Double ?? 0) - 18.2) < 0.05)
        #expect((simulation["chance_freed"] as? Double ?? 0) > 0)
      } else {
        #expect(names.contains("opens_refused") && !names.contains("count_wrapped"))
        #expect(simulation["chance_freed"] as? Double == 0)
      }
    }
  }

  @Test(
    "parameters out of their range are 400 with their place, never a trap",
    arguments: [
      "{}", "[]", "null", "", "{\"opens_per_hour\":0}", "{\"opens_per_hour\":-1}",
      "{\"opens_per_hour\":1e400}", "{\"opens_per_hour\":NaN}", "{\"opens_per_hour\":\"x\"}",
      "{\"opens_per_hour\":1e300}", "{\"opens_per_hour\":1,\"hours\":1e18}",
      "{\"opens_per_hour\":1,\"hours\":0}", "{\"opens_per_hour\":1,\"hazard\":2}",
      "{\"opens_per_hour\":1,\"closes_per_hour\":2}", "{\"opens_per_hour\":1,\"seed\":-1}",
      "{\"opens_per_hour\":1,\"seed\":1e40}", "{\"opens_per_hour\":1,\"close_at_zero\":\"maybe\"}",
      "{\"opens_per_hour\":1,\"product\":\"windows-nt-server-4.0\",\"service_pack\":\"SP7\"}",
      "{\"opens_per_hour\":1,\"keys\":0}", "{\"opens_per_hour\":1,\"keys\":257}",
      "{\"opens_per_hour\":1,\"keys\":1.5}", "{\"opens_per_hour\":1,\"keys\":1e40}",
      "{\"opens_per_hour\":1,\"keys\":\"x\"}", "{\"opens_per_hour\":1} x",
      "{\"opens_per_hour\":1,\"opens_per_hour\":2}", "{\"opens_per_hour\":[1]}",
      "{\"opens_per_hour\":1,\"service_pack\":{}}", "{\"opens_per_hour\":1,\"hours\":[]}",
    ])
  func refused(body: String) throws {
    let answer = try client.post("/api/v1/simulations", body.utf8)
    #expect(answer.status == 400, "\(body)")
    #expect((try answer.json()["detail"] as? String)?.isEmpty == false)
  }

  @Test(
    "extreme rates are simulated within the budget",
    arguments: [
      #"{"opens_per_hour":1e9,"touches_per_hour":1e9,"hours":87660}"#,
      #"{"opens_per_hour":1e-9,"touches_per_hour":1e9,"hours":87660}"#,
      #"{"opens_per_hour":1e9,"closes_per_hour":1e9,"hours":1}"#,
      #"{"opens_per_hour":1e9,"touches_per_hour":1e9,"hours":87660,"hazard":1e-300,"keys":256}"#,
      #"{"opens_per_hour":1e9,"touches_per_hour":0,"hazard":0,"hours":87660}"#,
    ])
  func extreme(body: String) throws {
    #expect(try client.post("/api/v1/simulations", body.utf8).status == 200)
  }

  @Test("a leak that is spread over four keys takes four times as long")
  func keys() throws {
    func wrap(_ keys: String) throws -> Double {
      let answer = try client.post(
        "/api/v1/simulations", "{\"opens_per_hour\":3600\(keys)}".utf8)
      let levels = try #require(try answer.json()["by_service_pack"] as? [[String: Any]])
      let simulation = try #require(levels.first?["simulation"] as? [String: Any])
      return try #require(simulation["wrap_at"] as? Double)
    }
    #expect(try wrap(",\"keys\":4") == 4 * wrap(""))
    #expect(try wrap(",\"keys\":1") == wrap(""))
  }

  @Test("one level can be asked for")
  func level() throws {
    let answer = try client.post(
      "/api/v1/simulations",
      #"{"opens_per_hour":3600,"product":"windows-nt-server-4.0","service_pack":"SP3"}"#.utf8)
    let levels = try #require(try answer.json()["by_service_pack"] as? [[String: Any]])
    #expect(levels.map { $0["service_pack"] as? String } == ["SP3"])
  }
}
