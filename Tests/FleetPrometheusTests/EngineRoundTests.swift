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

@testable import FleetPrometheus

@Suite("Rounds of diagnoses over an engine", .timeLimit(.minutes(10)))
struct EngineRoundTests {
  private let engine: FakeEngine
  private let now = StoreUnderTest.now()

  init() throws { engine = try FakeEngine() }

  private func fleet(
    _ change: (inout ClusterConfiguration) -> Void = { _ in }
  ) -> PrometheusFleet {
    var configuration = ClusterConfiguration(readURL: engine.url)
    configuration.scanInterval = 0
    configuration.listInterval = 0
    change(&configuration)
    return PrometheusFleet(configuration, tenants: { ["t"] }, now: StoreUnderTest.now)
  }

  private func samples(_ values: Double...) -> [FakeEngine.Sample] {
    values.enumerated().map {
      FakeEngine.Sample(time: now.milliseconds - 60_000 * Int64(values.count - $0), value: $1)
    }
  }

  @Test("a host that goes on sending is due again, one that stopped is not")
  func due() throws {
    for host in ["A", "B"] {
      engine.add(
        ["__name__": "fixlevel_process_handles", "tenant": "t", "host": host, "process": "X"],
        host == "A"
          ? samples(1) : [FakeEngine.Sample(time: now.milliseconds - 86_400_000, value: 1)])
      engine.add(
        [
          "__name__": "fixlevel_host_outcome", "tenant": "t", "host": host, "verdict": "affected",
          "finding": "steady", "wrap": "not_expected",
        ],
        [
          FakeEngine.Sample(
            time: now.milliseconds - 7_200_000,
            value: Double(now.milliseconds - 7_200_000) / 1_000)
        ])
    }
    let fleet = fleet()
    defer { fleet.close() }
    #expect(try fleet.unassessedHosts(after: 0, limit: 10).map(\.name) == ["A"])
    let slow = self.fleet { $0.evaluationInterval = 10_000 }
    defer { slow.close() }
    #expect(try slow.unassessedHosts(after: 0, limit: 10).isEmpty)
    _ = try slow.declare("B", of: "t", as: HostDescription(servicePack: "SP4"))
    // The same process would wait before it looks again.
    let another = self.fleet { $0.evaluationInterval = 10_000 }
    defer { another.close() }
    #expect(try another.unassessedHosts(after: 0, limit: 10).map(\.name) == ["B"])
  }

  @Test("a tenant that can't be read or written doesn't keep the others waiting")
  func tenants() throws {
    engine.add(
      ["__name__": "fixlevel_process_handles", "host": "A", "process": "X"], samples(1))
    let reports = Results<Void, any Error>()
    var configuration = ClusterConfiguration(readURL: engine.url)
    (configuration.tenancy, configuration.scanInterval) = (.header, 0)
    let fleet = PrometheusFleet(
      configuration, tenants: { ["bad", "good", "worse"] }, now: { [now] in now },
      report: { reports.add(.failure($0)) })
    defer { fleet.close() }
    engine.state.withLock {
      $0.tenantFaults["bad"] = FakeEngine.Fault(status: .tooManyRequests)
      $0.tenantFaults["worse"] = FakeEngine.Fault(status: .unprocessableContent, body: "no")
    }
    let due = try fleet.unassessedHosts(after: 0, limit: 10)
    #expect(due.map(\.tenant) == ["good"])
    let told = reports.errors.compactMap { $0 as? TenantFailure }
    #expect(told.map(\.tenant) == ["bad", "worse"])
    #expect(told.first?.reason as? FleetError == .throttled(retryAfter: 5))

    let assessments = try ["bad", "good", "worse"].map { tenant in
      var host = try #require(due.first)
      host.tenant = tenant
      return HostAssessment(
        host: host,
        outcome: FleetHost.Outcome(
          product: nil, level: nil, verdict: .affected, finding: .steady, wrap: .notExpected,
          wrapAt: nil), diagnosed: now, document: [])
    }
    #expect(throws: FleetError.self) { try fleet.record(assessments) }
    #expect(try fleet.host("A", of: "good")?.outcome?.verdict == .affected)

    engine.state.withLock { $0.tenantFaults["good"] = $0.tenantFaults["bad"] }
    #expect(throws: FleetError.throttled(retryAfter: 5)) {
      try fleet.unassessedHosts(after: 0, limit: 10)
    }
    #expect(reports.errors.count == 2, "what is thrown is not told twice")
  }

  @Test("a round that is broken off goes on behind its place with the next one")
  func brokenRounds() throws {
    for number in 0..<7 {
      engine.add(
        [
          "__name__": "fixlevel_process_handles", "tenant": "t", "host": "H\(number)",
          "process": "X",
        ], samples(1))
    }
    var configuration = ClusterConfiguration(readURL: engine.url)
    configuration.scanInterval = 0
    let fleet = PrometheusFleet(configuration, tenants: { ["t"] }, now: { [now] in now })
    defer { fleet.close() }
    var found: [String] = []
    // The keeper begins anew whenever a batch can't be written.
    for _ in 0..<3 { found += try fleet.unassessedHosts(after: 0, limit: 3).map(\.name) }
    #expect(found.count == 7 && Set(found).count == 7)
    #expect(try fleet.unassessedHosts(after: 0, limit: 10).count == 7)
  }

  @Test("the hosts of a round come page by page, and the next scan waits")
  func rounds() throws {
    for number in 0..<10 {
      engine.add(
        [
          "__name__": "fixlevel_process_handles", "tenant": "t", "host": "H\(number)",
          "process": "X",
        ], samples(1))
    }
    let fleet = fleet { $0.scanInterval = 3_600 }
    defer { fleet.close() }
    var names: [String] = []
    var last: Int64 = 0
    while let page = Optional(try fleet.unassessedHosts(after: last, limit: 3)), !page.isEmpty {
      #expect(page.count <= 3)
      names += page.map(\.name)
      last = page.last?.id ?? .max
    }
    #expect(Set(names).count == 10 && names.count == 10)
    #expect(try fleet.unassessedHosts(after: 0, limit: 3).isEmpty)
  }
}
