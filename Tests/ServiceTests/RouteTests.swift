import Foundation
import Testing

@testable import Service

@Suite("Routes")
struct RouteTests {
  private let index = RouteIndex(Route.all)

  private func segments(_ path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
  }

  @Test(
    "a link to a route leads back to it, with the values of its parameters", arguments: Route.all)
  func roundTrip(route: Route) throws {
    let values = route.template.names.map { "\($0)-1" }
    let path = route.template.path(values)
    let match = try #require(index.match(path == "/" ? [] : segments(path)), "\(path)")
    #expect(match.route.template == route.template)
    #expect(match.values == values)
  }

  @Test("no two routes have the same place, and every route answers something")
  func unique() {
    #expect(Set(Route.all.map(\.template)).count == Route.all.count)
    for route in Route.all { #expect(route.methods.count > 1, "\(route.template.text)") }
  }

  @Test("the table has every route that is declared")
  func complete() throws {
    let file = TestClient.packageFolder.appending(path: "Sources/Service/RouteTable.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.components(separatedBy: " = Route(").count - 1 == Route.all.count)
  }

  @Test(
    "a suffix counts before the parameter alone, a literal before both",
    arguments: [
      ("/kb/Q1.json", "/kb/{id}.json", ["Q1"]), ("/kb/Q1.txt", "/kb/{id}.txt", ["Q1"]),
      ("/kb/Q1.html", "/kb/{id}", ["Q1.html"]), ("/kb/.json", "/kb/{id}.json", [""]),
      ("/kb/", "/kb/{id}", [""]), ("/api/v1/missing.csv", "/api/v1/missing.csv", []),
      ("/api/v1/hosts/a b/series.csv", "/api/v1/hosts/{host}/series.csv", ["a b"]),
    ])
  func precedence(path: String, template: String, values: [String]) throws {
    let match = try #require(index.match(segments(path)))
    #expect(match.route.template.text == template)
    #expect(match.values == values)
  }

  @Test("a value is percent-encoded in a link")
  func encoded() {
    #expect(Route.host.path("a/b c") == "/api/v1/hosts/a%2Fb%20c")
    #expect(Route.articleJSON.path("Q179827") == "/kb/Q179827.json")
  }
}
