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
import Synchronization
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("What other sites and strangers get")
struct ExposureTests {
  private static let origin = "https://tools.example.com"

  private static func client(
    hosts: [String]? = nil, origins: [String]? = nil, metrics: Exposure.Metrics = .open
  ) throws -> TestClient {
    var exposure = Exposure()
    exposure.hosts = hosts.map { HostPolicy(names: $0) }
    exposure.sharing = origins.map { SharingPolicy(origins: $0) }
    exposure.metrics = metrics
    return try TestClient(exposure: exposure)
  }

  // MARK: Fields of every answer

  @Test(
    "every answer has its fields, made anew or taken from the cache",
    arguments: [
      "/", "/kb/Q179827", "/kb/Q179827.json", "/kb/Q1", "/kb?q=registry", "/assets/style.css",
      "/api/v1/products", "/api/v1/articles", "/api/v1/articles/Q1", "/nothing", "/healthz",
      "/readyz", "/metrics", "/openapi.json", "/v1/vulns/none", "/kb/%zz", "/check?product=none",
    ])
  func defaults(target: String) throws {
    let client = try Self.client()
    for method in ["GET", "GET", "GET", "HEAD"] {
      let answer = try client.send(method, target)
      #expect(answer.fields["x-content-type-options"] == "nosniff")
      // A target that can't be taken apart is refused without a look at what it is.
      guard target != "/kb/%zz" || answer.status != 400 else { continue }
      #expect(answer.fields["referrer-policy"] == "no-referrer")
      #expect(answer.fields["cross-origin-resource-policy"] == "same-origin")
      let policy = try #require(answer.fields["content-security-policy"])
      #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
      let isPage = answer.fields["content-type"]?.hasPrefix("text/html") == true
      if isPage { #expect(answer.fields["cross-origin-opener-policy"] == "same-origin") }
      #expect(answer.fields["access-control-allow-origin"] == nil)
      #expect(answer.fields["vary"]?.contains("Origin") != true)
    }
  }

  @Test("304 has them too")
  func notModified() throws {
    let client = try Self.client()
    let tag = try #require(try client.get("/kb/Q179827").fields["etag"])
    let answer = try client.get("/kb/Q179827", ["If-None-Match": tag])
    #expect(answer.status == 304 && answer.fields["x-content-type-options"] == "nosniff")
  }

  // MARK: Host

  @Test(
    "with names, a request for another name is refused, cached or not",
    arguments: [
      ("fixlevel.example.com", true), ("FIXLEVEL.example.com:8080", true), ("localhost", true),
      ("localhost:1", true), ("127.0.0.1:8080", true), ("10.1.2.3", true), ("[::1]:8080", true),
      ("evil.example.com", false), ("fixlevel.example.com.evil.org", false),
      ("xfixlevel.example.com", false), ("localhost.evil.org", false), ("127.0.0.1.nip.io", false),
      ("0x7f000001", false), ("%6Cocalhost", false),
    ])
  func hosts(host: String, isAllowed: Bool) throws {
    let client = try Self.client(hosts: ["fixlevel.example.com"])
    _ = try client.get("/kb/Q179827")
    for _ in 0..<2 {
      let answer = try client.get("/kb/Q179827", ["Host": host])
      #expect(answer.status == (isAllowed ? 200 : 421))
    }
    #expect(try client.get("/nothing", ["Host": host]).status == (isAllowed ? 404 : 421))
  }

  @Test("without names any is answered")
  func anyHost() throws {
    #expect(try Self.client().get("/healthz", ["Host": "any.example.org"]).status == 200)
  }

  // MARK: Other origins

  @Test("an origin that is named may read the API, and only the API", arguments: 0..<2)
  func shared(round: Int) throws {
    let client = try Self.client(origins: [Self.origin])
    // What is cached for everybody else says nothing of origins but that they count.
    let plain = try client.get("/api/v1/products")
    #expect(plain.fields["access-control-allow-origin"] == nil)
    #expect(plain.fields["vary"] == "Accept-Encoding, Origin")
    for target in ["/api/v1/products", "/api/v1/articles", "/api/v1/articles/Q1", "/nothing"] {
      let answer = try client.get(target, ["Origin": Self.origin])
      #expect(answer.fields["access-control-allow-origin"] == Self.origin, "\(target)")
      #expect(answer.fields["access-control-allow-credentials"] == nil)
      #expect(answer.fields["vary"]?.hasSuffix("Origin") == true)
      #expect(answer.fields["cross-origin-resource-policy"] == "cross-origin")
      #expect(answer.fields["access-control-expose-headers"]?.contains("ETag") == true)
    }
    for target in ["/", "/kb/Q179827", "/metrics", "/sign-in"] {
      let answer = try client.get(target, ["Origin": Self.origin])
      #expect(answer.fields["access-control-allow-origin"] == nil, "\(target)")
    }
  }

  @Test(
    "any other origin may not",
    arguments: [
      "https://evil.example.com", "http://tools.example.com", "https://tools.example.com:444",
      "https://TOOLS.example.com", "null", "*", "", "https://tools.example.com.evil.org",
    ])
  func notShared(origin: String) throws {
    let client = try Self.client(origins: [Self.origin])
    for target in ["/api/v1/products", "/api/v1/articles"] {
      let answer = try client.get(target, ["Origin": origin])
      #expect(answer.status == 200 && answer.fields["access-control-allow-origin"] == nil)
      #expect(answer.fields["cross-origin-resource-policy"] == "same-origin")
    }
    let preflight = try client.send(
      "OPTIONS", "/api/v1/diagnoses",
      ["Origin": origin, "Access-Control-Request-Method": "POST"])
    #expect(preflight.fields["access-control-allow-methods"] == nil)
  }

  @Test("a browser that asks before it sends is told what it may")
  func preflight() throws {
    let client = try Self.client(origins: [Self.origin])
    let fields = [
      "Origin": Self.origin, "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization, content-type",
    ]
    let answer = try client.send("OPTIONS", "/api/v1/diagnoses", fields)
    #expect(answer.status == 204)
    #expect(answer.fields["access-control-allow-origin"] == Self.origin)
    #expect(answer.fields["access-control-allow-methods"] == "POST, OPTIONS")
    #expect(answer.fields["access-control-allow-headers"]?.contains("Authorization") == true)
    #expect(answer.fields["access-control-max-age"] == "600")
    #expect(answer.fields["access-control-allow-credentials"] == nil)
    let page = try client.send("OPTIONS", "/diagnose", fields)
    #expect(page.fields["access-control-allow-methods"] == nil)
  }

  // MARK: Metrics and readiness

  @Test("metrics can be closed")
  func closedMetrics() throws {
    #expect(try Self.client(metrics: .off).get("/metrics").status == 404)
    // Tokens need a fleet.
    #expect(try Self.client(metrics: .token).get("/metrics").status == 404)
  }

  @Test("a server that is about to stop is alive and not ready")
  func draining() throws {
    let client = try Self.client()
    #expect(try client.get("/readyz").status == 200)
    client.service.beginDrain()
    let answer = try client.get("/readyz")
    #expect(answer.status == 503 && answer.fields["retry-after"] != nil)
    #expect(try client.get("/healthz").status == 200)
  }

  @Test("a server without its knowledge base is alive and not ready, and logs why")
  func noKnowledgeBase() throws {
    let client = try Self.client()
    try client.removeKnowledgeBase()
    let answer = try client.get("/readyz")
    #expect(answer.status == 503 && answer.fields["retry-after"] != nil)
    #expect(!client.failures.all.isEmpty)
    #expect(try client.get("/healthz").status == 200)
  }

  // MARK: Names of requests

  @Test("a problem has the request's name, and its answer too")
  func names() throws {
    let client = try Self.client()
    let own = try client.get("/api/v1/articles/Q1")
    #expect(try own.json()["request_id"] as? String == own.fields["x-request-id"])
    let given = try client.get("/api/v1/articles/Q1", ["X-Request-Id": "abc-1"])
    #expect(try given.json()["request_id"] as? String == "abc-1")
    #expect(given.fields["x-request-id"] == "abc-1")
    #expect(try client.get("/kb/Q179827").fields["x-request-id"]?.count == 16)
  }
}
