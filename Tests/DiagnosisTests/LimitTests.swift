import Diagnosis
import Handles
import KnowledgeBase
import Testing

/// What runs out first and when, and how the answer speaks of time.
@Suite("What runs out first, and what to do")
struct LimitTests {
  private static func diagnosis(
    _ series: [HandleSeries], product: String? = "windows-nt-server-4.0", level: String? = "SP3",
    hoursLater: Double = 0, given: UInt64? = nil, zone: OutputZone? = nil
  ) throws -> Diagnosis {
    var request = DiagnosisRequest(
      host: HostDescription(product: product, servicePack: level), series: series, format: "csv")
    let last = series.compactMap { $0.samples.last?.time }.max()
    request.asOf = last?.adding(hours: hoursLater)
    request.handleLimit = given
    request.zone = zone
    return try diagnose(request)
  }

  @Test("sentence table and JSON say one time")
  func sentenceTableAndJSONSayOneTime() throws {
    let diagnosis = try Self.diagnosis([Fixture.series(perHour: 100)])
    let limit = try #require(diagnosis.processes[0].limits.first)
    let deadline = try #require(diagnosis.deadlines.first)
    #expect(limit.limit.resource == .registryKeyOpens && limit.limit.count == 65_536)
    #expect(!limit.reached)
    #expect(
      deadline.actBy == limit.earliest && deadline.actBy == diagnosis.processes[0].wrap.earliest)
    #expect(deadline.expectedAt == limit.expectedAt)
    for text in [diagnosis.summary, deadline.action, diagnosis.advice[0]] {
      #expect(text.contains("before \(HumanText.minutes(deadline.actBy)) (in 22 days)"), "\(text)")
    }
    #expect(deadline.why.contains("expected \(HumanText.minutes(try #require(limit.expectedAt)))"))
  }

  /// Every leaker has its own deadline.
  @Test("all leakers are named")
  func allLeakersAreNamed() throws {
    let series = (1...5).map { Fixture.series("P\($0)", pid: Int64($0), perHour: Double($0) * 60) }
    let diagnosis = try Self.diagnosis(series)
    #expect(diagnosis.deadlines.map(\.process) == ["P5", "P4", "P3", "P2", "P1"])
    for deadline in diagnosis.deadlines {
      #expect(diagnosis.advice.contains { $0.contains(HumanText.minutes(deadline.actBy)) })
    }
    #expect(diagnosis.summary.contains("; 1 more follow"), "\(diagnosis.summary)")
  }

  /// What was open at the first sample may have leaked: the early end goes by all of it.
  @Test("a high first sample makes it earlier")
  func aHighFirstSampleMakesItEarlier() throws {
    let low = try Self.diagnosis([Fixture.series(base: 800, perHour: 100)])
    let high = try Self.diagnosis([Fixture.series(base: 30_000, perHour: 100)])
    let (early, late) = (high.processes[0].wrap, low.processes[0].wrap)
    #expect(early.expectedAt == late.expectedAt)
    let gained = try #require(late.earliest).hours(since: try #require(early.earliest))
    #expect((280.0...300.0).contains(gained))
    // From 60,000 on it passes 65,536 within the log.
    let past = try Self.diagnosis([Fixture.series(base: 60_000, perHour: 100)])
    #expect(past.wrap == .cannotTell)
    #expect(
      past.summary.hasPrefix("Plan a reboot, and do not end EXTRA (PID 212)"), "\(past.summary)")
    #expect(past.deadlines.first?.actBy == past.processes[0].limits.first?.expectedAt)
  }

  /// One after the other isn't both together.
  @Test("runs of several PIDs are not added up")
  func runsOfSeveralPIDsAreNotAddedUp() throws {
    let series = (0..<8).map {
      Fixture.series(pid: Int64($0), samples: 80, from: 81 * $0, base: 15_000, perHour: 100)
    }
    #expect(try Self.diagnosis(series).wrap != .cannotTell)
    let together = (0..<8).map { Fixture.series(pid: Int64($0), base: 15_000, perHour: 0) }
    let diagnosis = try Self.diagnosis(together)
    #expect(diagnosis.wrap == .cannotTell)
    #expect(
      diagnosis.summary.contains("in all of its 8 processes together"), "\(diagnosis.summary)")
  }

  @Test(arguments: ["CSRSS", "winlogon.exe", "Lsass#1", "C:\\WINNT\\System32\\SMSS.EXE", "System"])
  func systemProcessesAreNeverEnded(name: String) throws {
    for hours in [0.0, 2_000] {
      let diagnosis = try Self.diagnosis([Fixture.series(name, perHour: 360)], hoursLater: hours)
      #expect(diagnosis.summary.hasPrefix("Plan a reboot"), "\(diagnosis.summary)")
      #expect(diagnosis.summary.contains("to reset \(name)"), "\(diagnosis.summary)")
      #expect(
        !diagnosis.advice.contains { $0.contains("estart \(name)") || $0.contains("do not end") })
    }
  }

  @Test("a service host is named by instance without PIDs")
  func aServiceHostIsNamedByInstanceWithoutPIDs() throws {
    var series = Fixture.series("SVCHOST", pid: nil, perHour: 100)
    series.instance = 2
    let diagnosis = try Self.diagnosis([series])
    #expect(
      diagnosis.summary.hasPrefix("Restart the service in SVCHOST#2 (instance 2) on PLC-07 before"))
    #expect(diagnosis.advice.contains { $0.contains("ID Process") })
  }

  /// After the deadline the count may have wrapped, so that a restart is no longer safe.
  @Test("an overdue restart becomes a reboot")
  func anOverdueRestartBecomesAReboot() throws {
    let diagnosis = try Self.diagnosis([Fixture.series(perHour: 100)], hoursLater: 24 * 40)
    let by = try #require(diagnosis.deadlines.first?.actBy)
    #expect(diagnosis.deadlines[0].isOverdue)
    #expect(
      diagnosis.summary.contains(
        "do not end EXTRA (PID 212) on PLC-07 before it (overdue since \(HumanText.minutes(by)))"),
      "\(diagnosis.summary)")
    #expect(diagnosis.summary.hasSuffix("; last data 40 days ago."), "\(diagnosis.summary)")
    #expect(diagnosis.dataAgeSeconds == Int64(40 * 86_400))
    let fixed = try Self.diagnosis(
      [Fixture.series(perHour: 100)], level: "SP5", hoursLater: 24 * 40)
    #expect(
      fixed.summary.hasPrefix(
        "Restart EXTRA (PID 212) on PLC-07 as soon as possible (overdue since"))
  }

  @Test("new data is not called old")
  func newDataIsNotCalledOld() throws {
    let diagnosis = try Self.diagnosis([Fixture.series(perHour: 100)], hoursLater: 1)
    #expect(!diagnosis.summary.contains("last data"))
    let old = try Self.diagnosis([Fixture.series(perHour: 100)], hoursLater: 2)
    #expect(old.summary.contains("; last data 2 h ago."))
  }

  @Test("a limit of the caller counts")
  func aCallersLimitCounts() throws {
    let diagnosis = try Self.diagnosis(
      [Fixture.series(perHour: 100)], product: "windows-10", level: nil, given: 20_000)
    let limit = try #require(diagnosis.processes[0].limits.first)
    #expect(limit.limit.count == 20_000 && limit.limit.source == .request)
    let hours = try #require(limit.expectedAt).hours(since: try #require(diagnosis.processes[0].to))
    #expect((90.0...95.0).contains(hours))
  }

  @Test("what is full now is said")
  func whatIsFullNowIsSaid() throws {
    var series = Fixture.series("EXPLORER", base: 10_000, perHour: 0)
    series.resource = .gdiObjects
    let diagnosis = try Self.diagnosis([series], product: "windows-xp", level: nil)
    #expect(diagnosis.processes[0].limits.first?.reached == true)
    #expect(
      diagnosis.summary.contains("not below its limit of 10,000 GDI objects"),
      "\(diagnosis.summary)")
  }

  /// First what is true of any system, then one line about Windows NT.
  @Test("without a product the general answer comes first")
  func withoutAProductTheGeneralAnswerComesFirst() throws {
    let diagnosis = try Self.diagnosis([Fixture.series(perHour: 100)], product: nil, level: nil)
    #expect(
      diagnosis.summary.hasPrefix(
        "EXTRA (PID 212) on PLC-07 leaks about 100 handles an hour and reaches no general limit"),
      "\(diagnosis.summary)")
    #expect(diagnosis.summary.contains("if this is Windows NT 4.0 before SP4, restart EXTRA"))
  }

  @Test("times are said in the zone of the log too")
  func timesAreSaidInTheZoneOfTheLogToo() throws {
    let zone = OutputZone(name: "W. Europe Standard Time") { _ in 60 }
    let diagnosis = try Self.diagnosis([Fixture.series(perHour: 100)], zone: zone)
    let by = try #require(diagnosis.deadlines.first?.actBy)
    let local = HumanText.minutes(try #require(by.adding(hours: 1))).dropLast(4)
    #expect(diagnosis.summary.contains("\(local) +01:00 ("), "\(diagnosis.summary)")
    #expect(diagnosis.assumptions.contains("Times are those of W. Europe Standard Time and UTC."))
  }

  @Test("durations are said as people say them")
  func durationsAreSaidAsPeopleSayThem() {
    let texts = [0.01, 0.5, 3, 3.2, 47.5, 49, 24 * 800.0].map(TimeText.duration)
    #expect(texts == ["36 s", "30 min", "3 h", "3 h 12 min", "47 h 30 min", "2 days", "2 years"])
  }
}
