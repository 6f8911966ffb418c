import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPTypes
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("Errors and methods")
struct ErrorTests {
  let client: TestClient

  init() throws { client = try TestClient() }

  /// A path of each route, with something that is there in the place of its parameters.
  private static let paths = Route.all.map { route in
    let values = ["id": "Q179827", "name": "style.css", "host": "SRV01"]
    let isOSV = route.template == Route.osvVulnerability.template
    return (
      route,
      route.template.path(isOSV ? ["MSKB-Q179827"] : route.template.names.map { values[$0] ?? "" })
    )
  }

  @Test("a wrong method is 405 with Allow, and OPTIONS says the same", arguments: paths)
  func methods(route: Route, path: String) throws {
    let allow = route.methods.map(\.rawValue).joined(separator: ", ")
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE"] {
      let answer = try client.send(method, path, [:], method == "GET" ? nil : [])
      let isAllowed = route.methods.contains { $0.rawValue == method }
      #expect((answer.status == 405) == !isAllowed, "\(method) \(path)")
      if !isAllowed { #expect(answer.fields["allow"] == allow) }
    }
    let options = try client.send("OPTIONS", path)
    #expect(options.status == 204)
    #expect(options.fields["allow"] == allow)
  }

  @Test(
    "what doesn't exist is 404 in one shape",
    arguments: [
      "/nothing", "/api/v1/nothing", "/api/v2/articles/Q179827", "/assets/none.css", "/kb/a/b",
      "/api/v1/articles/Q179827/fix/x", "/v1", "/v1/vulns", "/v2/query", "/assets/..%5cstyle.css",
      "/api",
    ])
  func notFound(target: String) throws {
    let answer = try client.get(target)
    #expect(answer.status == 404)
    #expect(answer.fields["content-type"] == "application/problem+json")
    let json = try answer.json()
    #expect(json["type"] as? String == "about:blank")
    #expect(json["title"] as? String == "Not Found")
    #expect(json["status"] as? Int == 404)
    #expect((json["detail"] as? String)?.isEmpty == false)
    #expect(try client.get(target, ["Accept": "text/html"]).text.contains("<h1>404"))
  }

  @Test("no request makes the service report a failure of its own")
  func noFailures() throws {
    for (_, path) in Self.paths {
      _ = try client.get(path)
      _ = try client.get(
        path + "?q=%F0%9F%98%80&product=x&service_pack=" + String(repeating: "9", count: 400))
    }
    #expect(client.failures.all.isEmpty)
  }

  @Test("thousands of different questions don't grow the cache beyond its limit")
  func cacheIsBounded() throws {
    let client = try TestClient(cacheBytesMax: 100_000)
    var highest = 0
    for number in 0..<3_000 {
      let answer = try client.get(
        "/api/v1/articles/Q179827/fix?product=p\(number)\(String(repeating: "x", count: 200))")
      #expect(answer.status == 200)
      highest = max(highest, client.cachedBytes)
    }
    #expect(highest > 50_000 && highest <= 100_000)
  }

  @Test("the server is live")
  func health() throws {
    #expect(try client.get("/readyz").text == "{\"status\":\"ready\"}\n")
    let answer = try client.get("/healthz")
    #expect(answer.status == 200)
    #expect(try answer.json()["status"] as? String == "ok")
  }
}
