import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import Synchronization
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("The access log")
struct AccessRecordTests {
  /// What was written.
  private final class Records: Sendable {
    private let records = Mutex<[AccessRecord]>([])
    var all: [AccessRecord] { records.withLock { $0 } }
    func add(_ record: AccessRecord) { records.withLock { $0.append(record) } }
  }

  private let records = Records()
  private let client: TestClient

  init() throws {
    var exposure = Exposure()
    exposure.accessLog = { [records] in records.add($0) }
    client = try TestClient(exposure: exposure)
  }

  @Test("each request has one, answered from the cache, by a worker or refused")
  func each() throws {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    for target in [
      "/kb/Q179827", "/kb/Q179827", "/kb/Q179827", "/kb?q=word", "/nothing", "/kb/%zz",
    ] {
      _ = try client.get(target, ["X-Request-Id": "r-1", "traceparent": trace])
    }
    let all = records.all
    #expect(all.map(\.status) == [200, 200, 200, 200, 404, 400])
    #expect(
      all.map(\.route) == ["/kb/{id}", "/kb/{id}", "/kb/{id}", "/kb", "unknown", "unknown"])
    #expect(all.map(\.path).suffix(3) == ["/kb", "/nothing", "/kb/%zz"])
    #expect(all.allSatisfy { "\($0.id)" == "r-1" && $0.method == "GET" })
    #expect(all.allSatisfy { $0.trace?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" })
    #expect(all.allSatisfy { $0.bodyBytes > 0 && $0.duration >= .zero })
  }

  @Test("neither a query nor a token nor the rest of a long path is in it")
  func secrets() throws {
    let token = try #require(TokenText(random: [UInt8](repeating: 7, count: 32))).text
    _ = try client.get(
      "/api/v1/hosts/\(token)/diagnosis?token=\(token)", ["Authorization": "Bearer \(token)"])
    _ = try client.get("/" + String(repeating: "x", count: 4_000))
    #expect(records.all.first?.path == "/api/v1/hosts/fxl_…/diagnosis")
    #expect(records.all.last?.path.utf8.count == AccessRecord.pathBytesMax)
  }

  @Test(
    "a traceparent is what the standard says or nothing",
    arguments: [
      ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
      ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true),
      ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-else", true),
      ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false),
      ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
      ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
      ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
      ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
      ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", false),
      ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false),
      ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", false),
      ("00-4bf92f3577b34da6a3ce929d0e0e473\u{0}-00f067aa0ba902b7-01", false), ("", false),
      ("-", false), ("00---", false),
    ])
  func traceparent(text: String, isValid: Bool) {
    #expect((TraceContext(text) != nil) == isValid)
  }
}
