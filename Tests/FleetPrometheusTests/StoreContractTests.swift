import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import FleetPrometheus

@Suite("The contract of every fleet store", .timeLimit(.minutes(10)))
struct StoreContractTests {
  @Test(
    "samples in any order and any number of uploads are read in order, each once",
    arguments: StoreKind.available)
  func anyOrder(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    for seed in 0..<3 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let host = "H\(seed)"
      let samples = try fleet.samples(count: 2_000)
      var shuffled = samples.shuffled(using: &random)
      // Some come twice.
      shuffled += shuffled.prefix(300)
      while !shuffled.isEmpty {
        let part = shuffled.prefix(Int.random(in: 1...900, using: &random))
        shuffled.removeFirst(part.count)
        let receipt = try fleet.store(Array(part), host: host)
        #expect(receipt.acceptedSamples == part.count && !receipt.isRepeated)
      }
      try fleet.eventually("seed \(seed)") {
        try fleet.series(host).flatMap(\.samples) == samples
      }
    }
  }

  @Test(
    "series differ by process, instance, PID and start; unknown ones are kept as such",
    arguments: StoreKind.available)
  func identity(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    let samples = try fleet.samples(count: 1)
    let series = [
      HandleSeries(host: "A", process: "X", samples: samples),
      HandleSeries(host: "A", process: "X", pid: 0, samples: samples),
      HandleSeries(host: "A", process: "X", instance: 1, samples: samples),
      HandleSeries(host: "A", process: "X", started: Timestamp(milliseconds: -1), samples: samples),
      HandleSeries(host: "A", process: "\"{x=~'\\'}\" ü", samples: samples),
    ]
    for _ in 0..<2 {
      _ = try fleet.store.store(
        FleetUpload(tenant: fleet.tenant, series: series, received: StoreUnderTest.now()))
    }
    try fleet.eventually { try fleet.series("A").count == series.count }
    let found = try fleet.series("A")
    for one in series { #expect(found.contains(one)) }
  }

  @Test(
    "hosts with any printable name", arguments: StoreKind.available,
    ["PLC-07", "a.b|c(d)", "quote\"back\\slash", "x:9182", "ü 漢", "=~", "{}"])
  func names(kind: StoreKind, name: String) throws {
    let fleet = try StoreUnderTest(kind)
    try fleet.store(try fleet.samples(count: 3), host: name)
    try fleet.eventually { try fleet.series(name).first?.samples.count == 3 }
    #expect(try fleet.store.hosts(of: fleet.tenant, HostSelection()).items.map(\.name) == [name])
  }

  @Test("tenants see nothing of each other", arguments: StoreKind.available)
  func tenants(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    try fleet.store(try fleet.samples(count: 1))
    try fleet.eventually { try fleet.host("PLC-07") != nil }
    #expect(try fleet.store.host("PLC-07", of: "other") == nil)
    #expect(try fleet.store.hosts(of: "other", HostSelection()).items.isEmpty)
    #expect(try fleet.store.summary(of: "other").hosts == 0)
  }

  @Test(
    "lists go by the nearest wrap, page by page, each host once", arguments: StoreKind.available)
  func order(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    for number in 0..<25 { try fleet.store(try fleet.samples(count: 1), host: "H\(number)") }
    try fleet.eventually { try fleet.store.summary(of: fleet.tenant).unassessed == 25 }
    let due = try fleet.store.unassessedHosts(after: 0, limit: 100)
    #expect(due.count == 25)
    for host in due {
      let number = try #require(Int(host.name.dropFirst()))
      let wrap: WrapStatus = number == 13 ? .happened : number % 2 == 0 ? .expected : .notExpected
      let wrapAt = Timestamp(
        milliseconds: fleet.start.milliseconds + 1_000_000_000 * Int64(30 - number))
      try fleet.assess(host, wrap, at: wrap == .expected ? wrapAt : nil)
    }
    try fleet.eventually { try fleet.store.summary(of: fleet.tenant).byWrap.count == 3 }
    try fleet.eventually { try fleet.store.unassessedHosts(after: 0, limit: 100).isEmpty }
    var names: [String] = []
    var cursor: HostCursor?
    repeat {
      let page = try fleet.store.hosts(of: fleet.tenant, HostSelection(limit: 4, cursor: cursor))
      names += page.items.map(\.name)
      cursor = page.next.flatMap { HostCursor($0.description) }
      #expect((page.next == nil) == (cursor == nil))
    } while cursor != nil && names.count < 100
    #expect(names.count == 25 && Set(names).count == 25)
    #expect(names.prefix(4) == ["H13", "H24", "H22", "H20"])
    let summary = try fleet.store.summary(of: fleet.tenant)
    #expect(summary.hosts == 25 && summary.unassessed == 0)
    #expect(summary.byWrap == ["happened": 1, "expected": 13, "not_expected": 11])
    #expect(summary.byLevel == ["SP3": 25])
    #expect(summary.nearest.map(\.name).prefix(2) == ["H13", "H24"])
    #expect(summary.nearest.count == 10)
  }

  @Test("filters", arguments: StoreKind.available)
  func filters(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    for name in ["A", "B"] { try fleet.store(try fleet.samples(count: 1), host: name) }
    try fleet.eventually { try fleet.host("A") != nil && fleet.host("B") != nil }
    try fleet.assess(try #require(try fleet.host("A")), .notExpected)
    func names(_ selection: HostSelection) throws -> [String] {
      try fleet.store.hosts(of: fleet.tenant, selection).items.map(\.name)
    }
    try fleet.eventually { try names(HostSelection(level: "SP3")) == ["A"] }
    #expect(try names(HostSelection(level: "SP4")) == [])
    #expect(try names(HostSelection(verdict: .affected, finding: .leaking)) == ["A"])
    #expect(try names(HostSelection(verdict: .fixed)) == [])
    #expect(try names(HostSelection()).sorted() == ["A", "B"])
  }

  @Test("what a person declares counts before what uploads report", arguments: StoreKind.available)
  func declared(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    let reported = HostDescription(product: "windows-2000", servicePack: "SP1")
    try fleet.store(try fleet.samples(count: 1), host: "A", reported)
    try fleet.eventually { try fleet.host("A")?.product == "windows-2000" }
    #expect(try fleet.host("A")?.isDeclared == false)
    let declared = try fleet.store.declare(
      "A", of: fleet.tenant, as: HostDescription(servicePack: "SP3"))
    #expect(declared.product == "windows-2000" && declared.servicePack == "SP3")
    #expect(declared.isDeclared)
    try fleet.store(try fleet.samples(count: 1), host: "A", reported)
    try fleet.eventually { try fleet.host("A")?.servicePack == "SP3" }
    #expect(try fleet.host("A")?.isDeclared == true)
    // A host that nobody has sent anything of.
    _ = try fleet.store.declare("B", of: fleet.tenant, as: HostDescription(servicePack: "SP4"))
    try fleet.eventually { try fleet.host("B")?.servicePack == "SP4" }
    _ = try fleet.store.declare("A", of: fleet.tenant, as: HostDescription())
    try fleet.eventually { try fleet.host("A")?.servicePack == "SP1" }
  }

  @Test(
    "what is said of a host is kept, whether counts come with it or not",
    arguments: StoreKind.available)
  func describedAlone(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    let described = HostDescription(product: "windows-nt-server-4.0", servicePack: "SP3")
    func describe(_ names: String...) throws {
      var upload = FleetUpload(tenant: fleet.tenant, series: [], received: StoreUnderTest.now())
      for name in names { upload.descriptions[name] = described }
      #expect(try fleet.store.store(upload).acceptedSamples == 0)
    }
    try describe("BEFORE", "ALONE")
    try fleet.store(try fleet.samples(count: 3), host: "BEFORE")
    try fleet.store(try fleet.samples(count: 3), host: "AFTER")
    try describe("AFTER")
    try fleet.eventually { try fleet.host("AFTER")?.servicePack == "SP3" }
    try fleet.eventually { try fleet.series("BEFORE").first?.samples.count == 3 }
    #expect(try fleet.host("BEFORE")?.product == "windows-nt-server-4.0")
    try fleet.eventually { try fleet.host("ALONE") != nil }
    let alone = try #require(try fleet.host("ALONE"))
    #expect(alone.servicePack == "SP3" && alone.lastSample == nil && !alone.isDeclared)
    #expect(alone.outcome == nil)
    #expect(try fleet.series("ALONE").isEmpty)
    let leaking = try fleet.store.hosts(of: fleet.tenant, HostSelection(finding: .leaking))
    #expect(leaking.items.isEmpty)
    // It is diagnosed as one of whose handles nothing is known, once.
    let due = try fleet.store.unassessedHosts(after: 0, limit: 10)
    #expect(Set(due.map(\.name)) == ["BEFORE", "AFTER", "ALONE"])
  }

  @Test("ranges, steps and limits of series", arguments: StoreKind.available)
  func series(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    let samples = try fleet.samples(count: 2_000)
    try fleet.store(samples)
    try fleet.eventually { try fleet.series().first?.samples.count == samples.count }
    func read(_ selection: SeriesSelection) throws -> [Sample] {
      try fleet.series("PLC-07", selection).flatMap(\.samples)
    }
    let range = SeriesSelection(from: samples[700].time, to: samples[1_500].time)
    #expect(try read(range) == Array(samples[700...1_500]))
    #expect(try read(SeriesSelection(process: "OTHER")) == [])
    #expect(try read(SeriesSelection(samplesMax: 10)) == Array(samples.prefix(10)))
    let hourly = try read(SeriesSelection(step: Timestamp.millisecondsPerHour))
    #expect(hourly.count == 34)
    #expect(hourly.first?.handles == samples[59].handles, "the highest of the hour")
  }

  @Test("pages that follow each other hold each sample once", arguments: StoreKind.available)
  func pages(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    for (process, count) in [("A", 25), ("B", 1), ("C", 40)] {
      try fleet.store(try fleet.samples(count: count), process: process)
    }
    try fleet.eventually { try fleet.series().flatMap(\.samples).count == 66 }
    let host = try #require(try fleet.host("PLC-07"))
    var found: [String: [Sample]] = [:]
    var selection = SeriesSelection(samplesMax: 7)
    for number in 1... {
      let page = try fleet.store.seriesPage(of: host, selection)
      for one in page.series { found[one.process, default: []] += one.samples }
      selection.cursor = page.next.flatMap { SeriesCursor($0.description) }
      #expect((page.next == nil) == (number == 10))
      if page.next == nil || number > 20 { break }
    }
    let whole = try fleet.series().map { ($0.process, $0.samples) }
    #expect(found == Dictionary(uniqueKeysWithValues: whole))
  }

  @Test(
    "pages hold each sample once while time passes and old samples go out of sight",
    arguments: StoreKind.available)
  func pagesInTime(kind: StoreKind) throws {
    let clock = TestClock()
    let fleet = try StoreUnderTest(kind, lookbackDays: 2, clock: clock)
    let minutes = try fleet.samples(count: 60)
    let all = [
      "A": minutes.enumerated().filter { $0.offset % 4 == 0 }.map(\.element),
      "B": Array(minutes.dropFirst(5)), "C": minutes,
    ]
    for (process, samples) in all { try fleet.store(samples, process: process) }
    try fleet.eventually { try fleet.series().flatMap(\.samples).count == 130 }
    let host = try #require(try fleet.host("PLC-07"))
    var found: [String: [Sample]] = [:]
    var selection = SeriesSelection(samplesMax: 7)
    let limit = minutes[10].time
    for number in 1...40 {
      let page = try fleet.store.seriesPage(of: host, selection)
      for one in page.series { found[one.process, default: []] += one.samples }
      guard let next = page.next else { break }
      selection.cursor = SeriesCursor(next.description)
      // What is before the tenth minute is not seen any more: of A 0, 4 and 8, of B 5 to 9.
      if number == 1 {
        clock.set(limit.milliseconds - 30_000 + 2 * Timestamp.millisecondsPerDay)
      }
    }
    for (process, samples) in all {
      let times = (found[process] ?? []).map(\.time)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(process)")
      let later = samples.filter { $0.time >= limit }
      #expect(found[process]?.filter { $0.time >= limit } == later, "\(process)")
    }
  }

  @Test("it is available, and there is nothing to keep up", arguments: StoreKind.available)
  func available(kind: StoreKind) throws {
    let fleet = try StoreUnderTest(kind)
    try fleet.store.checkAvailable()
    #expect(try fleet.host("nobody") == nil)
    #expect(try !fleet.store.maintain(RetentionPolicy(), at: StoreUnderTest.now()))
  }
}
