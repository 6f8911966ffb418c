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

@Suite("The fleet in an engine", .timeLimit(.minutes(10)))
struct EngineFleetTests {
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

  @Test("agents that write to the engine are hosts, whichever metric and label they have")
  func agents() throws {
    for (index, metric) in [
      "windows_process_handles", "windows_process_handle_count", "wmi_process_handle_count",
      "namedprocess_namegroup_open_filedesc", "process_open_fds",
    ].enumerated() {
      engine.add(
        [
          "__name__": metric, "tenant": "t", "instance": "H\(index):9182", "job": "exporter",
          (metric.hasPrefix("named") ? "groupname" : "process"): "EXTRA", "process_id": "212",
        ], samples(800, .nan, 820))
    }
    engine.add(
      ["__name__": "windows_process_handles", "instance": "other:1", "process": "X"], samples(1))
    engine.add(
      [
        "__name__": "windows_os_info", "tenant": "t", "instance": "H0:9182",
        "product": "Microsoft Windows NT Server 4.0",
      ], samples(1))
    engine.add(
      [
        "__name__": "fixlevel_host_info", "tenant": "t", "host": "H1",
        "product": "windows-nt-server-4.0", "service_pack": "SP3",
      ], samples(1))
    let fleet = fleet()
    defer { fleet.close() }
    let hosts = try fleet.hosts(of: "t", HostSelection()).items.sorted { $0.name < $1.name }
    #expect(hosts.map(\.name) == ["H0", "H1", "H2", "H3", "H4"])
    #expect(hosts[0].product == "Microsoft Windows NT Server 4.0")
    #expect(hosts[1].product == "windows-nt-server-4.0" && hosts[1].servicePack == "SP3")
    for host in hosts {
      let series = try fleet.series(of: host, SeriesSelection())
      #expect(series.map(\.process) == ["EXTRA"] && series.first?.pid == 212, "\(host.name)")
      #expect(series.first?.samples.map(\.handles) == [800, 820], "\(host.name)")
    }
    #expect(try fleet.host("H3", of: "t")?.lastSample?.milliseconds == now.milliseconds - 60_000)
  }

  @Test("of labels that say one thing the first of their kind counts, in every list and answer")
  func labels() throws {
    for number in 0..<20 {
      var labels = [
        "__name__": "process_open_fds", "tenant": "t", "host": "H\(number)", "hostname": "other",
        "instance": "third:1", "process": "P", "groupname": "Q", "process_id": "7", "pid": "8",
      ]
      // The order of a dictionary depends on all that is in it.
      for extra in 0..<number { labels["label_\(extra)"] = "x" }
      engine.add(labels, samples(1))
    }
    let fleet = fleet()
    defer { fleet.close() }
    let hosts = try fleet.hosts(of: "t", HostSelection(limit: 100)).items
    #expect(Set(hosts.map(\.name)) == Set((0..<20).map { "H\($0)" }))
    for host in hosts {
      let series = try fleet.series(of: host, SeriesSelection())
      #expect(series.map(\.process) == ["P"] && series.first?.pid == 7, "\(host.name)")
    }
  }

  @Test("lists are read once in some seconds, whatever page or filter is asked for")
  func lists() throws {
    for number in 0..<7 {
      engine.add(
        [
          "__name__": "fixlevel_process_handles", "tenant": "t", "host": "H\(number)",
          "process": "X",
        ], samples(1))
    }
    let time = Time(now)
    var configuration = ClusterConfiguration(readURL: engine.url)
    configuration.listInterval = 5
    let fleet = PrometheusFleet(configuration, tenants: { ["t"] }, now: { time.now })
    defer { fleet.close() }
    var names: [String] = []
    var cursor: HostCursor?
    repeat {
      let page = try fleet.hosts(of: "t", HostSelection(limit: 2, cursor: cursor))
      #expect(page.age == 0)
      names += page.items.map(\.name)
      cursor = page.next
      if names.count == 2 { engine.state.withLock { $0.series = [:] } }
    } while cursor != nil
    #expect(names.count == 7 && Set(names).count == 7)
    time.pass(seconds: 4)
    #expect(try fleet.summary(of: "t").hosts == 7 && fleet.summary(of: "t").age == 4)
    #expect(try fleet.hosts(of: "t", HostSelection(finding: .leaking)).items.isEmpty)
    time.pass(seconds: 1)
    #expect(try fleet.summary(of: "t").hosts == 0 && fleet.summary(of: "t").age == 0)
    _ = try fleet.declare("A", of: "t", as: HostDescription(servicePack: "SP3"))
    #expect(try fleet.hosts(of: "t", HostSelection()).items.map(\.name) == ["A"])
  }

  /// A clock that the test moves.
  private final class Time: Sendable {
    private let time: Mutex<Timestamp>
    init(_ time: Timestamp) { self.time = Mutex(time) }
    var now: Timestamp { time.withLock { $0 } }
    func pass(seconds: Int64) {
      time.withLock { $0 = Timestamp(milliseconds: $0.milliseconds + seconds * 1_000) ?? $0 }
    }
  }

  @Test("of two levels the one that is still said counts, and of those that are over none")
  func levels() throws {
    func info(_ level: String, minutesAgo: Int64) {
      engine.add(
        [
          "__name__": "fixlevel_host_info", "tenant": "t", "host": "A", "product": "p",
          "service_pack": level,
        ], [FakeEngine.Sample(time: now.milliseconds - minutesAgo * 60_000, value: 1)])
    }
    let fleet = fleet()
    defer { fleet.close() }
    info("SP3", minutesAgo: 60)
    #expect(try fleet.host("A", of: "t")?.servicePack == "SP3")
    info("SP4", minutesAgo: 30)
    #expect(try fleet.host("A", of: "t")?.servicePack == nil)
    info("SP4", minutesAgo: 1)
    #expect(try fleet.host("A", of: "t")?.servicePack == "SP4")
  }

  @Test("an answer with too many samples is asked for in parts")
  func parts() throws {
    let all = (0..<5_000).map {
      FakeEngine.Sample(time: now.milliseconds - Int64($0) * 60_000, value: Double($0 % 7))
    }
    engine.add(
      ["__name__": "fixlevel_process_handles", "tenant": "t", "host": "A", "process": "X"], all)
    engine.state.withLock { $0.samplesMax = 400 }
    let fleet = fleet()
    defer { fleet.close() }
    let host = try #require(try fleet.host("A", of: "t"))
    #expect(try fleet.series(of: host, SeriesSelection()).first?.samples.count == 5_000)
    // More in an hour than an answer may have.
    engine.state.withLock { $0.samplesMax = 10 }
    #expect(throws: FleetError.self) { try fleet.series(of: host, SeriesSelection()) }
  }

  @Test("what is read of one host is bounded in samples and in time")
  func bounds() throws {
    engine.add(
      ["__name__": "fixlevel_process_handles", "tenant": "t", "host": "A", "process": "X"],
      (0..<200).map {
        FakeEngine.Sample(time: now.milliseconds - Int64($0) * 3_600_000, value: 1)
      })
    let fleet = fleet { $0.samplesOfAReadMax = 199 }
    defer { fleet.close() }
    let host = try #require(try fleet.host("A", of: "t"))
    do {
      _ = try fleet.series(of: host, SeriesSelection())
      Issue.record("it was read")
    } catch FleetError.refused(let reason) {
      #expect(reason.contains("199 samples"))
    }
    let from = Timestamp(milliseconds: now.milliseconds - 86_400_000)
    #expect(try fleet.series(of: host, SeriesSelection(from: from)).first?.samples.count == 25)

    let time = Mutex(ContinuousClock.now)
    engine.state.withLock {
      $0.samplesMax = 1
      $0.beforeAnswer = { time.withLock { $0 += .seconds(100) } }
    }
    var configuration = ClusterConfiguration(readURL: engine.url)
    configuration.timeLimit = .seconds(600)
    let slow = PrometheusFleet(
      configuration, tenants: { ["t"] }, now: StoreUnderTest.now, clock: { time.withLock { $0 } })
    defer { slow.close() }
    do {
      _ = try slow.series(of: host, SeriesSelection())
      Issue.record("it was read")
    } catch FleetError.refused(let reason) {
      #expect(reason.contains("can't be read in 600 s"))
    }
  }

  @Test("a page that can only hold the cursor's series is read from its time on")
  func cursor() throws {
    engine.add(
      ["__name__": "fixlevel_process_handles", "tenant": "t", "host": "A", "process": "X"],
      (0..<100).map {
        FakeEngine.Sample(time: now.milliseconds - Int64($0) * 60_000, value: 1)
      })
    let fleet = PrometheusFleet(
      ClusterConfiguration(readURL: engine.url), tenants: { ["t"] }, now: { [now] in now })
    defer { fleet.close() }
    let host = try #require(try fleet.host("A", of: "t"))
    var selection = SeriesSelection(samplesMax: 60)
    selection.cursor = try fleet.seriesPage(of: host, selection).next
    #expect(selection.cursor != nil)
    let last = try fleet.seriesPage(of: host, selection)
    #expect(last.next == nil && last.series.first?.samples.count == 40)
    // 39 minutes before now, and an hour for clocks that are ahead.
    let query = try #require(engine.state.withLock { $0.queries.last })
    #expect(query.hasSuffix("[\(99 * 60_000 + 1)ms]"), "\(query)")
  }

  @Test("a header keeps tenants apart where the engine heeds it")
  func header() throws {
    let fleet = fleet { $0.tenancy = .header }
    defer { fleet.close() }
    let series = HandleSeries(
      host: "A", process: "X", samples: [Sample(time: now, handles: 1)])
    _ = try fleet.store(FleetUpload(tenant: "t", series: [series], received: now))
    #expect(try fleet.host("A", of: "t")?.name == "A")
    #expect(engine.state.withLock { $0.tenants } == ["t"])
    #expect(engine.state.withLock { $0.series.keys.allSatisfy { $0["tenant"] == nil } })
  }

  @Test("results go back as metrics")
  func results() throws {
    let fleet = fleet()
    defer { fleet.close() }
    let start = now.milliseconds - 200 * 60_000
    let series = HandleSeries(
      host: "A", process: "EXTRA", pid: 212,
      samples: try (0..<200).map {
        Sample(
          time: try #require(Timestamp(milliseconds: start + Int64($0) * 60_000)),
          handles: 500 + Int64($0) * 3)
      })
    _ = try fleet.store(FleetUpload(tenant: "t", series: [series], received: now))
    let host = try #require(try fleet.unassessedHosts(after: 0, limit: 10).first)
    let diagnosis = try diagnose(
      DiagnosisRequest(
        article: .q179827, catalogue: .builtIn,
        host: HostDescription(product: "windows-nt-server-4.0", servicePack: "SP3"),
        series: try fleet.series(of: host, SeriesSelection()), format: "fleet"))
    let wrapAt = diagnosis.processes.first?.wrap.expectedAt
    try fleet.record([
      HostAssessment(
        host: host,
        outcome: FleetHost.Outcome(
          product: "windows-nt-server-4.0", level: "SP3", verdict: diagnosis.verdict,
          finding: diagnosis.finding, wrap: diagnosis.wrap, wrapAt: wrapAt), diagnosed: now,
        document: [], processes: diagnosis.processes)
    ])
    func value(_ metric: String) -> Double? {
      engine.state.withLock { state in
        state.series.first { $0.key["__name__"] == metric }?.value[now.milliseconds]
      }
    }
    #expect(value("fixlevel_verdict") == 3 && value("fixlevel_finding") == 3)
    let rate = try #require(value("fixlevel_leak_handles_per_hour"))
    let lower = try #require(value("fixlevel_leak_handles_per_hour_lower"))
    let upper = try #require(value("fixlevel_leak_handles_per_hour_upper"))
    #expect(abs(rate - 180) < 1 && lower <= rate && rate <= upper)
    let expected = try #require(wrapAt)
    #expect(
      value("fixlevel_wrap_expected_timestamp_seconds") == Double(expected.milliseconds) / 1_000)
    let found = try #require(try fleet.host("A", of: "t"))
    #expect(found.outcome?.verdict == .affected && found.outcome?.wrapAt == expected)
    #expect(found.isAssessed)
    #expect(try fleet.unassessedHosts(after: 0, limit: 10).isEmpty)
  }

  @Test("every host is in one shard, and shards are alike in size")
  func shards() throws {
    let shards = try (1...5).map { try #require(Shard("\($0)/5")) }
    var sizes = [0, 0, 0, 0, 0]
    for number in 0..<10_000 {
      let key = HostKey(tenant: "t", name: "PLC-\(number)")
      let parts = shards.indices.filter { shards[$0].contains(key) }
      #expect(parts.count == 1)
      for part in parts { sizes[part] += 1 }
    }
    #expect(sizes.allSatisfy { (1_800...2_200).contains($0) }, "\(sizes)")
    // Other versions and other machines must agree.
    #expect(HostKey(tenant: "default", name: "PLC-07").id == 6_453_202_791_504_940_638)
    for text in ["", "0/5", "6/5", "1/0", "-1/5", "+1/5", "1/5/2", "a/b", "1/1001", "1"] {
      #expect(Shard(text) == nil, "\(text)")
    }
  }
}
