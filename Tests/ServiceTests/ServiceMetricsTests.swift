import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import Meters
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("Metrics")
struct ServiceMetricsTests {
  /// The samples of a text by name and labels.
  static func samples(_ text: String) -> [String: Double] {
    var samples: [String: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " ") else { continue }
      samples[String(line[..<space])] = Double(line[line.index(after: space)...])
    }
    return samples
  }

  @Test("requests are counted by route and status, whoever answers them")
  func requests() throws {
    let client = try TestClient()
    for target in ["/kb/Q179827", "/kb/Q179827", "/kb/Q179827", "/kb/Q1", "/kb?q=a", "/kb?q=b"] {
      _ = try client.get(target)
    }
    for name in 0..<100 { _ = try client.get("/nothing-\(name)") }
    _ = try client.get("/%zz")
    let answer = try client.get("/metrics")
    #expect(answer.status == 200)
    #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    let samples = Self.samples(answer.text)
    func count(_ route: String, _ code: Int) -> Double? {
      samples["fixlevel_http_requests_total{route=\"\(route)\",code=\"\(code)\"}"]
    }
    #expect(count("/kb/{id}", 200) == 3 && count("/kb/{id}", 404) == 1)
    #expect(count("/kb", 200) == 2)
    #expect(count("unknown", 404) == 100 && count("unknown", 400) == 1)
    #expect(
      samples["fixlevel_http_request_duration_seconds_count{route=\"/kb/{id}\"}"] == 4)
    #expect(samples["fixlevel_cache_misses_total"] == 1)
    #expect(samples["fixlevel_cache_hits_total"] == 2)
    #expect((samples["fixlevel_cache_bytes"] ?? 0) > 1_000)
    // This one.
    #expect(samples["fixlevel_http_requests_in_flight"] == 1)
    #expect(samples["fixlevel_knowledge_base_articles"] == 1)
    #expect(!answer.text.contains("nothing-"))
  }

  @Test("whatever clients ask for, the number of samples is bounded")
  func bounded() throws {
    let client = try TestClient()
    for _ in 0..<2 { _ = try client.get("/metrics") }
    let few = try client.get("/metrics").text.split(separator: "\n").count
    for name in 0..<200 {
      _ = try client.send(["GET", "POST", "TRACE"][name % 3], "/api/v1/articles/Q\(name)")
      _ = try client.get("/assets/\(name)")
      _ = try client.get("/fleet/\(name)")
    }
    let many = try client.get("/metrics").text.split(separator: "\n").count
    #expect(many - few < 3 * 20)
  }

  @Test("a request whose answer never comes is not in flight for ever")
  func abandoned() {
    let handler = HandlerMeter()
    let exchange = Exchange(
      since: .now, RouteMeter("/"), of: handler, log: nil, headers: AnswerHeaders())
    #expect(handler.inFlight.value == 1)
    _ = consume exchange
    #expect(handler.inFlight.value == 0)
  }

  @Test("uploads are counted by format and result")
  func uploads() throws {
    let client = try FleetClient()
    let token = try client.token(.upload)
    let rows = "timestamp,process,handles\n" + (0..<5).map { "\(1_000 + $0),A,\($0)\n" }.joined()
    let fields = ["Content-Type": "text/csv"]
    for _ in 0..<2 { _ = try client.send("POST", "/telemetry?host=h", token, fields, rows) }
    _ = try client.send("POST", "/telemetry?host=h", token, fields, "nonsense")
    _ = try client.get("/hosts", "wrong")
    let text = client.meter.text(of: client.fleet).text
    let samples = Self.samples(text)
    func count(_ metric: String, _ labels: String) -> Double? {
      samples["fixlevel_\(metric)_total{\(labels)}"]
    }
    #expect(count("uploads", #"format="csv",result="stored""#) == 1)
    #expect(count("uploads", #"format="csv",result="duplicate""#) == 1)
    #expect(count("uploads", #"format="unknown",result="refused""#) == 1)
    #expect(count("upload_samples", #"format="csv",result="new""#) == 5)
    #expect(count("upload_samples", #"format="csv",result="known""#) == 5)
    #expect(count("rate_limited", #"limit="requests""#) == 0)
  }
}
