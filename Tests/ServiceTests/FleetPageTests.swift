import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// A browser at the pages of a fleet: it keeps its cookie and follows nothing by itself.
private final class FleetBrowser {
  let client: FleetClient
  private var handler: ServiceHandler
  private(set) var cookie: String?

  init(refusals: RateLimit = RateLimit(perSecond: 1_000, burst: 1_000)) throws {
    client = try FleetClient()
    let service = Service(
      files: try PublicFiles(folder: TestClient.packageFolder.appending(path: "Public")),
      bodyBytesMax: 1 << 20, knowledgeBase: client.knowledgeBase,
      fleet: FleetService(store: client.database, desk: client.desk, refusals: refusals),
      report: { error, _ in Issue.record(error) })
    handler = try service.makeHandler()
  }

  func upload(_ csv: String, product: String = "windows-nt-server-4.0", level: String = "SP3")
    throws
  {
    let answer = try client.send(
      "POST", "/telemetry?product=\(product)&service_pack=\(level)", try client.token(.upload),
      ["Content-Type": "text/csv"], csv)
    #expect(answer.status == 200)
  }

  func get(_ target: String, _ fields: [String: String] = [:]) throws -> Answer {
    try send(.get, target, fields, [])
  }

  func post(
    _ target: String, _ form: [(String, String)] = [], _ fields: [String: String] = [:]
  ) throws -> Answer {
    var text = ""
    for (name, value) in form {
      text += "--xYz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    let type = ["Content-Type": "multipart/form-data; boundary=xYz"]
    return try send(.post, target, type.merging(fields) { $1 }, Array("\(text)--xYz--\r\n".utf8))
  }

  private func send(
    _ method: HTTPRequest.Method, _ target: String, _ fields: [String: String], _ body: [UInt8]
  ) throws -> Answer {
    let components = try #require(URLComponents(string: "http://h" + target))
    var request = Request(
      method: method,
      path: components.percentEncodedPath.split(separator: "/").map {
        $0.removingPercentEncoding ?? ""
      })
    request.query = (components.queryItems ?? []).map {
      Request.QueryItem(name: $0.name, value: $0.value ?? "")
    }
    for (name, value) in fields.merging(
      cookie.map { ["Cookie": "a=b; \($0)"] } ?? [:], uniquingKeysWith: { $1 })
    {
      request.fields[try #require(HTTPField.Name(name))] = value
    }
    let response: Response
    switch handler.respond(to: request) {
    case .respond(let answer): response = answer
    case .work(let work): response = work(Cancellation())
    case .collect(_, let work): response = work(CollectedBytes(body), Cancellation())
    default: throw CocoaError(.featureUnsupported)
    }
    if let set = response.fields[.setCookie] {
      let pair = String(set.prefix { $0 != ";" })
      cookie = set.contains("Max-Age=0") ? nil : pair
    }
    var answered: [String: String] = [:]
    for field in response.fields { answered[field.name.canonicalName] = field.value }
    return Answer(status: response.status.code, fields: answered, body: response.body)
  }
}

@Suite("Pages of the fleet")
struct FleetPageTests {
  @Test("guessing tokens is as slow in a browser as elsewhere")
  func guessing() throws {
    let browser = try FleetBrowser(refusals: RateLimit(perSecond: 1, burst: 5))
    func guess() throws -> String {
      try #require(TokenText(random: (0..<TokenText.randomBytes).map { _ in .random(in: 0...255) }))
        .text
    }
    for number in 0..<8 {
      let answer =
        number % 2 == 0
        ? try browser.post("/sign-in", [("token", try guess())])
        : try browser.get("/fleet", ["Cookie": "fixlevel-token=\(try guess())"])
      #expect((answer.status == 429) == (number >= 5), "\(number): \(answer.status)")
    }
  }

  @Test("a person signs in with a read token, sees the fleet and a host, and signs out")
  func way() throws {
    let browser = try FleetBrowser()
    try browser.upload(FleetRouteTests.upload)
    let first = try browser.get("/fleet")
    #expect(first.status == 303 && first.fields["location"] == "/sign-in")
    #expect(try browser.get("/fleet/PLC-07").fields["location"] == "/sign-in?host=PLC-07")
    #expect(try browser.get("/sign-in?host=PLC-07").text.contains("name=\"host\" value=\"PLC-07\""))

    let token = try browser.client.token(.read)
    let signedIn = try browser.post("/sign-in", [("token", token), ("host", "PLC-07")])
    #expect(signedIn.status == 303 && signedIn.fields["location"] == "/fleet/PLC-07")
    let attributes = signedIn.fields["set-cookie"]?.split(separator: "; ").dropFirst()
    #expect(attributes.map(Array.init) == ["Path=/", "HttpOnly", "SameSite=Strict"])

    let host = try browser.get("/fleet/PLC-07")
    #expect(host.status == 200 && host.fields["cache-control"] == "private, no-cache")
    #expect(host.text.contains("EXTRA: forecast") && host.text.contains("Windows NT Server 4.0"))
    #expect(!host.text.contains(token))
    let tag = try #require(host.fields["etag"])
    #expect(try browser.get("/fleet/PLC-07", ["If-None-Match": tag]).status == 304)
    try browser.upload(FleetRouteTests.leak(minutes: 4_320..<4_330))
    #expect(try browser.get("/fleet/PLC-07", ["If-None-Match": tag]).status == 200)

    let fleet = try browser.get("/fleet")
    #expect(fleet.status == 200 && fleet.text.contains("href=\"/fleet/PLC-07\""))
    #expect(fleet.text.contains("1 host"))
    #expect(
      try browser.get("/fleet?finding=steady&level=&verdict=").text.contains(
        "No host is like that."))
    #expect(try browser.get("/fleet?finding=odd").status == 400)

    let out = try browser.post("/sign-out")
    #expect(out.status == 303 && out.fields["set-cookie"]?.contains("Max-Age=0") == true)
    #expect(try browser.get("/fleet").status == 303)
  }

  @Test("a token that is wrong, may only upload, expired or was revoked signs nobody in")
  func refused() throws {
    let browser = try FleetBrowser()
    let expired = try browser.client.token(.read, expires: browser.client.now)
    for token in ["", "fxl_short", try browser.client.token(.upload), expired] {
      let answer = try browser.post("/sign-in", [("token", token)])
      #expect(answer.status == 403 && browser.cookie == nil)
      #expect(answer.text.contains("role=\"alert\""))
      #expect(token.isEmpty || !answer.text.contains(token))
    }
    let token = try browser.client.token(.read)
    _ = try browser.post("/sign-in", [("token", token)])
    #expect(try browser.get("/fleet").status == 200)
    for stored in try browser.client.database.tokens() {
      _ = try browser.client.database.revokeToken(stored.id, at: browser.client.now)
    }
    try browser.client.desk.reload()
    #expect(try browser.get("/fleet").status == 303)
  }

  @Test("hosts of another tenant are not there")
  func tenants() throws {
    let browser = try FleetBrowser()
    try browser.upload(FleetRouteTests.leak(minutes: 0..<60))
    _ = try browser.post("/sign-in", [("token", try browser.client.token(.read, tenant: "other"))])
    #expect(try browser.get("/fleet").text.contains("0 hosts"))
    #expect(try browser.get("/fleet/PLC-07").status == 404)
  }

  @Test(
    "forms from other sites are refused",
    arguments: [
      ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
      ["Origin": "https://evil.example", "Host": "h"], ["Origin": "null", "Host": "h"],
    ])
  func crossOrigin(fields: [String: String]) throws {
    let browser = try FleetBrowser()
    let token = try browser.client.token(.read)
    #expect(try browser.post("/sign-in", [("token", token)], fields).status == 403)
    _ = try browser.post("/sign-in", [("token", token)])
    #expect(try browser.post("/sign-out", [], fields).status == 403)
    #expect(try browser.get("/fleet").status == 200)
  }

  @Test("forms of our own are taken, and the cookie is Secure where the browser speaks HTTPS")
  func sameOrigin() throws {
    let browser = try FleetBrowser()
    let token = try browser.client.token(.admin)
    for fields in [
      ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"],
      ["Origin": "https://H:8080", "Host": "h:8080", "X-Forwarded-Proto": "https"],
    ] {
      let answer = try browser.post("/sign-in", [("token", token)], fields)
      #expect(answer.status == 303)
      let isSecure = answer.fields["set-cookie"]?.contains("; Secure") == true
      #expect(isSecure == (fields["X-Forwarded-Proto"] != nil))
    }
  }

  @Test(
    "names of hosts are inert, and each has its page",
    arguments: ["<script>alert(1)</script>", "a/b", "..", "x\" onmouseover=\"y", "naïve host?#%"])
  func names(name: String) throws {
    let browser = try FleetBrowser()
    try browser.upload(
      FleetRouteTests.leak("\"\(name.replacing("\"", with: "\"\""))\"", minutes: 0..<60))
    _ = try browser.post("/sign-in", [("token", try browser.client.token(.read))])
    let page = try browser.get("/fleet").text
    #expect(!page.contains("<script>alert") && !page.contains("onmouseover=\"y"))
    let start = try #require(page.firstRange(of: "<tr><th scope=\"row\"><a href=\"/fleet"))
    let path = "/fleet" + page[start.upperBound...].prefix { $0 != "\"" }
    let host = try browser.get(path.replacing("&amp;", with: "&"))
    #expect(host.status == 200, "\(path)")
    #expect(!host.text.contains("<script>alert") && !host.text.contains("onmouseover=\"y"))
  }

  @Test("a server without a fleet has no such pages")
  func noFleet() throws {
    let client = try TestClient()
    for path in ["/fleet", "/fleet/x", "/sign-in"] {
      #expect(try client.get(path, ["Accept": "text/html"]).status == 404)
    }
  }
}
