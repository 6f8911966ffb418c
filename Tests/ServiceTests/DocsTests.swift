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

@Suite("The description of the API")
struct DocsTests {
  private static func document() throws -> OpenAPIDocument {
    try PublicFiles(folder: TestClient.packageFolder.appending(path: "Public")).openAPI.document()
  }

  private static func methods(_ route: Route) -> Set<String> {
    Set(route.methods.map { $0.rawValue.lowercased() }).subtracting(["head", "options"])
  }

  @Test("every route and method stands in the document")
  func complete() throws {
    let document = try Self.document()
    for route in Route.all {
      let path = route.template.text
      let described = Set(try #require(document.paths[path], "\(path) is missing").keys)
      #expect(described == Self.methods(route), "\(path)")
    }
  }

  @Test("every path of the document is a route")
  func noMore() throws {
    let known = Set(Route.all.map(\.template.text))
    #expect(Set(try Self.document().paths.keys) == known)
  }

  @Test("every reference leads somewhere, and every path names its parameters")
  func references() throws {
    let document = try Self.document()
    for (path, methods) in document.paths {
      for (method, operation) in methods {
        #expect(document.tags.contains { [$0.name] == operation.tags }, "\(method) \(path)")
        let parameters = (operation.parameters ?? []).map(document.resolved)
        #expect(parameters.allSatisfy { $0.name != nil && $0.description != nil }, "\(path)")
        let named = path.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }
        let inPath = parameters.filter { $0.place == "path" }.compactMap(\.name)
        #expect(named == inPath, "\(method) \(path)")
        for answer in operation.responses.values {
          #expect(document.resolved(answer).description?.isEmpty == false, "\(method) \(path)")
        }
      }
    }
  }

  @Test("routes of the fleet tell of an engine's bad answers, and those that write of a full disk")
  func fleetFailures() throws {
    let document = try Self.document()
    for route in Route.fleet + [.fleetPage, .hostPage] {
      let path = route.template.text
      for (method, operation) in try #require(document.paths[path]) {
        #expect(operation.responses["502"] != nil, "\(method) \(path)")
      }
    }
    #expect(document.paths["/api/v1/hosts/{host}"]?["put"]?.responses["507"] != nil)
  }

  @Test("what may be null is said to be so")
  func nullable() throws {
    let file = TestClient.packageFolder.appending(path: "Public/openapi.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(!text.contains(#""fixed_in": {"type": "string"}"#))
  }

  @Test("every command of the page asks a route, with its places filled in")
  func commands() throws {
    let document = try Self.document()
    let page = DocsPage(document)
    let routes = RouteIndex(Route.all)
    let operations = page.groups.flatMap(\.operations)
    #expect(operations.count == document.paths.values.reduce(0) { $0 + $1.count })
    for operation in operations {
      let quoted = operation.command.split(separator: "'")
      let address = try #require(quoted.last.flatMap { URLComponents(string: String($0)) })
      let path = address.path.split(separator: "/").map(String.init)
      #expect(routes.match(path) != nil, "\(operation.command)")
      #expect(!operation.command.contains("{\(operation.path)"), "\(operation.command)")
      #expect(operation.command.contains("$TOKEN") || operation.scope == nil)
    }
  }

  @Test(
    "a command that only reads is answered",
    arguments: [
      "/api/v1/articles", "/api/v1/articles/{id}", "/api/v1/articles/{id}/fix",
      "/api/v1/suggestions",
      "/api/v1/missing", "/api/v1/missing.csv", "/api/v1/vex", "/api/v1/products", "/v1/vulns/{id}",
      "/kb/{id}", "/kb/{id}.txt", "/check", "/missing", "/healthz", "/openapi.json", "/docs",
    ])
  func answered(path: String) throws {
    let client = try TestClient()
    let operation = try #require(
      DocsPage(try Self.document()).groups.flatMap(\.operations)
        .first { $0.path == path && $0.method == "GET" })
    let address = try #require(operation.command.split(separator: "'").last)
    let answer = try client.get(String(address.dropFirst("http://localhost:8080".count)))
    #expect(answer.status == 200, "\(operation.command)")
  }

  @Test("the document and its page are served with validators, the page small")
  func served() throws {
    let client = try TestClient()
    let document = try client.get("/openapi.json")
    #expect(try document.json()["openapi"] as? String == "3.1.1")
    #expect(document.fields["etag"] != nil)
    let page = try client.get("/docs", ["Accept-Encoding": "gzip"])
    #expect(page.status == 200 && page.body.count < 20_000)
  }

  @Test(
    "backticks mark code",
    arguments: [
      ("a `b` c", ["a ", "b", " c"]), ("plain", ["plain"]), ("`x`", ["x"]), ("a ` b", ["a ` b"]),
      ("", []),
    ] as [(String, [String])])
  func inlineText(text: String, parts: [String]) {
    #expect(InlineText.runs(text).map(\.text) == parts)
  }
}
