import Bytes
import Diagnosis
import Fleet
import Foundation
import GRDB
import Handles
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import FleetSQLite
@testable import SQLite

@Suite("Hosts of the fleet")
struct FleetHostTests {
  @Test("lists go by the nearest wrap, page by page, each host once")
  func order() throws {
    let fleet = try TestFleet()
    for number in 0..<25 { try Self.add("H\(number)", to: fleet) }
    for host in try fleet.database.unassessedHosts(after: 0, limit: 100) {
      let number = try #require(Int(host.name.dropFirst()))
      let wrap: WrapStatus = number == 13 ? .happened : number % 2 == 0 ? .expected : .notExpected
      try fleet.assess(host, wrap, at: wrap == .expected ? Int64(1_000 + 10 * (25 - number)) : nil)
    }
    #expect(try fleet.database.unassessedHosts(after: 0, limit: 100).isEmpty)
    var names: [String] = []
    var cursor: HostCursor?
    repeat {
      let page = try fleet.database.hosts(of: "t", HostSelection(limit: 4, cursor: cursor))
      names += page.items.map(\.name)
      cursor = page.next.flatMap { HostCursor($0.description) }
      #expect((page.next == nil) == (cursor == nil))
    } while cursor != nil
    #expect(names.count == 25 && Set(names).count == 25)
    #expect(names.prefix(4) == ["H13", "H24", "H22", "H20"])
    let summary = try fleet.database.summary(of: "t")
    #expect(summary.hosts == 25 && summary.unassessed == 0)
    #expect(summary.byWrap == ["happened": 1, "expected": 13, "not_expected": 11])
    #expect(summary.nearest.map(\.name).prefix(2) == ["H13", "H24"])
    #expect(summary.nearest.count == 10)
  }

  @Test("the counts of a summary are those of its hosts, whatever became of them")
  func counts() throws {
    let fleet = try TestFleet()
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    for step in 0..<300 {
      let name = "H\(Int.random(in: 0..<20, using: &random))"
      guard let host = try fleet.database.host(name, of: "t"), step % 4 > 0 else {
        try Self.add(name, to: fleet, samples: step + 1)
        continue
      }
      let outcome = FleetHost.Outcome(
        product: nil, level: [nil, "SP3", "SP4"].randomElement(using: &random) ?? nil,
        verdict: [.affected, .fixed].randomElement(using: &random) ?? .unknown,
        finding: [.leaking, .steady].randomElement(using: &random) ?? .suspected,
        wrap: .notExpected, wrapAt: nil)
      try fleet.database.record([
        HostAssessment(host: host, outcome: outcome, diagnosed: TestFleet.now, document: [])
      ])
    }
    let hosts = try fleet.database.hosts(of: "t", HostSelection(limit: 100)).items
    let summary = try fleet.database.summary(of: "t")
    let outcomes = hosts.compactMap(\.outcome)
    func counts(_ name: (FleetHost.Outcome) -> String) -> [String: Int] {
      Dictionary(grouping: outcomes, by: name).mapValues(\.count)
    }
    #expect(summary.hosts == hosts.count, "seed \(seed)")
    #expect(summary.unassessed == hosts.count - outcomes.count, "seed \(seed)")
    #expect(summary.byLevel == counts { $0.level ?? "unknown" }, "seed \(seed)")
    #expect(summary.byVerdict == counts(\.verdict.rawValue), "seed \(seed)")
    #expect(summary.byFinding == counts(\.finding.rawValue), "seed \(seed)")
    #expect(outcomes.count > 5)
  }

  @Test("a page costs the same wherever it is, whatever the filter")
  func plans() throws {
    let fleet = try TestFleet()
    for number in 0..<30 { try Self.add("H\(number)", to: fleet) }
    for host in try fleet.database.unassessedHosts(after: 0, limit: 100) {
      try fleet.assess(host, .notExpected, at: nil)
    }
    let filters = [
      HostSelection(limit: 3), HostSelection(level: "SP3", limit: 3),
      HostSelection(verdict: .affected, limit: 3), HostSelection(finding: .leaking, limit: 3),
    ]
    for filter in filters {
      var selection = filter
      let first = try fleet.database.hosts(of: "t", selection)
      #expect(first.next != nil)
      selection.cursor = first.next
      let plans = try fleet.plans { () throws in
        #expect(try fleet.database.hosts(of: "t", selection).items.count == 3)
      }
      #expect(plans.count == 1, "the rest of those with the same urgency fills the page")
      let plan = try #require(plans.first)
      #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
      #expect(plan.contains { $0.contains("urgency=? AND rowid>?") }, "\(plan)")
    }
  }

  @Test("hosts that changed are found without a look at those that did not")
  func unassessedPlan() throws {
    let fleet = try TestFleet()
    for number in 0..<30 { try Self.add("H\(number)", to: fleet) }
    for host in try fleet.database.unassessedHosts(after: 0, limit: 25) {
      try fleet.assess(host, .notExpected, at: nil)
    }
    let plans = try fleet.plans { () throws in
      #expect(try fleet.database.unassessedHosts(after: 3, limit: 100).count == 5)
      #expect(try fleet.database.unassessedHostCount() == 5)
    }
    #expect(plans.count == 2)
    let first = try #require(plans.first)
    #expect(first.count == 2 && first.allSatisfy { $0.hasPrefix("SEARCH") }, "\(first)")
    for plan in plans { #expect(plan[0].contains("host_unassessed"), "\(plan)") }
  }

  @Test("the document of a diagnosis comes back as it was, and takes less room")
  func documents() throws {
    let fleet = try TestFleet()
    try Self.add("A", to: fleet)
    let host = try #require(try fleet.database.host("A", of: "t"))
    let document = Array(String(repeating: #"{"process":"EXTRA","pid":212}"#, count: 100).utf8)
    let outcome = FleetHost.Outcome(
      product: nil, level: nil, verdict: .unknown, finding: .steady, wrap: .notExpected, wrapAt: nil
    )
    try fleet.database.record([
      HostAssessment(host: host, outcome: outcome, diagnosed: TestFleet.now, document: document)
    ])
    #expect(try fleet.database.assessment(of: host)?.document == document)
    // One that becomes shorter than what is allowed of strangers.
    let even = [UInt8](repeating: 0x20, count: 1_000_000)
    try fleet.database.record([
      HostAssessment(host: host, outcome: outcome, diagnosed: TestFleet.now, document: even)
    ])
    #expect(try fleet.database.assessment(of: host)?.document == even)
    try fleet.database.record([
      HostAssessment(host: host, outcome: outcome, diagnosed: TestFleet.now, document: document)
    ])
    let stored = try fleet.database.read {
      try Int.fetchOne($0, sql: "SELECT length(document) FROM assessment")
    }
    #expect(try #require(stored) < document.count / 4)
  }

  @Test("filters")
  func filters() throws {
    let fleet = try TestFleet()
    for name in ["A", "B"] { try Self.add(name, to: fleet) }
    let first = try #require(try fleet.database.host("A", of: "t"))
    try fleet.assess(first, .expected, at: 5)
    func names(_ selection: HostSelection) throws -> [String] {
      try fleet.database.hosts(of: "t", selection).items.map(\.name)
    }
    #expect(try names(HostSelection(level: "SP3")) == ["A"])
    #expect(try names(HostSelection(level: "SP4")) == [])
    #expect(try names(HostSelection(verdict: .affected, finding: .leaking)) == ["A"])
    #expect(try names(HostSelection(verdict: .fixed)) == [])
    #expect(try names(HostSelection()) == ["A", "B"])
  }

  @Test("what a person declares counts before what uploads report")
  func declared() throws {
    let fleet = try TestFleet()
    var reported = FleetUpload(
      tenant: "t", series: [try FleetStoreTests.series("A", count: 1)], received: TestFleet.now)
    reported.descriptions["A"] = HostDescription(product: "windows-2000", servicePack: "SP1")
    _ = try fleet.database.store(reported)
    let first = try #require(try fleet.database.host("A", of: "t"))
    #expect(first.product == "windows-2000" && !first.isDeclared)
    let second = try fleet.database.declare(
      "A", of: "t", as: HostDescription(servicePack: "SP3"))
    #expect(second.product == "windows-2000" && second.servicePack == "SP3" && second.isDeclared)
    #expect(second.revision > first.revision)
    _ = try fleet.database.store(reported)
    #expect(try fleet.database.host("A", of: "t") == second, "nothing new was in it")
  }

  @Test(
    "a diagnosis of older samples doesn't replace a newer one, and new samples make it due again")
  func assessments() throws {
    let fleet = try TestFleet()
    try Self.add("A", to: fleet)
    let old = try #require(try fleet.database.host("A", of: "t"))
    try Self.add("A", to: fleet, samples: 2)
    let new = try #require(try fleet.database.host("A", of: "t"))
    try fleet.assess(new, .expected, at: 5)
    try fleet.assess(old, .notExpected, at: nil)
    let now = try #require(try fleet.database.host("A", of: "t"))
    #expect(now.outcome?.wrap == .expected && now.isAssessed)
    #expect(try fleet.database.assessment(of: now)?.document == [1, 2])
    try Self.add("A", to: fleet, samples: 3)
    #expect(try fleet.database.unassessedHosts(after: 0, limit: 9).map(\.name) == ["A"])
  }

  @Test("cursors", arguments: ["", "-", "1", "1-", "1-2-3", "x-1", "-1-2", "fffffffffffffffff-1"])
  func badCursor(text: String) {
    #expect(HostCursor(text) == nil)
  }

  @Test("ranges, steps and limits of series")
  func series() throws {
    let fleet = try TestFleet()
    let samples = try FleetStoreTests.samples(count: 2_000)
    _ = try fleet.store(samples)
    let host = try #require(try fleet.database.host("PLC-07", of: "t"))
    func read(_ selection: SeriesSelection) throws -> [Sample] {
      try fleet.database.series(of: host, selection).flatMap(\.samples)
    }
    let range = SeriesSelection(from: samples[700].time, to: samples[1_500].time)
    #expect(try read(range) == Array(samples[700...1_500]))
    #expect(try read(SeriesSelection(process: "OTHER")) == [])
    #expect(try read(SeriesSelection(samplesMax: 10)) == Array(samples.prefix(10)))
    let plans = try fleet.plans { () throws in _ = try read(SeriesSelection(samplesMax: 10)) }
    #expect(plans.first == ["SEARCH series USING INDEX series_host (host=? AND id>?)"])
    let hourly = try read(SeriesSelection(step: Timestamp.millisecondsPerHour))
    #expect(hourly.count == 34)
    #expect(hourly.first?.handles == samples[59].handles, "the highest of the hour")
  }

  static func add(_ host: String, to fleet: TestFleet, samples: Int = 1) throws {
    _ = try fleet.database.store(
      FleetUpload(
        tenant: "t", series: [try FleetStoreTests.series(host, count: samples)],
        received: TestFleet.now))
  }
}

extension TestFleet {
  func assess(_ host: FleetHost, _ wrap: WrapStatus, at time: Int64?) throws {
    try database.record([
      HostAssessment(
        host: host,
        outcome: FleetHost.Outcome(
          product: "windows-nt-server-4.0", level: "SP3", verdict: .affected, finding: .leaking,
          wrap: wrap, wrapAt: time.flatMap { Timestamp(milliseconds: $0) }),
        diagnosed: Self.now, document: [1, 2])
    ])
  }
}
