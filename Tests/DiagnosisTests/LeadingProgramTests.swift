import Diagnosis
import Handles
import KnowledgeBase
import Testing

/// Which program the answer names where several have something to say.
@Suite("The program that a diagnosis leads with")
struct LeadingProgramTests {
  /// Steady, but for three samples far above 65,535 that are closed again.
  private static func peak(_ process: String = "DBSRV", pid: Int64 = 80) -> HandleSeries {
    var series = Fixture.series(process, pid: pid, base: 1_000, perHour: 0)
    for index in 300..<303 { series.samples[index].handles = 71_000 }
    return series
  }

  private static func answer(_ level: String?, product: String = "windows-nt-server-4.0") throws
    -> Diagnosis
  {
    try Fixture.diagnosis(
      [peak(), Fixture.series("EXTRA", perHour: 120)], level: level, product: product)
  }

  @Test("on a fixed kernel the leak leads", arguments: ["SP4", "SP6a"])
  func onAFixedKernelTheLeakLeads(level: String) throws {
    let diagnosis = try Self.answer(level)
    #expect(diagnosis.finding == .leaking)
    #expect(diagnosis.summary.hasPrefix("Restart EXTRA (PID 212)"), "\(diagnosis.summary)")
    #expect(diagnosis.summary.contains("it leaks about 120"), "\(diagnosis.summary)")
    #expect(!diagnosis.summary.contains("DBSRV"))
    #expect(diagnosis.advice.contains { $0.contains("Have EXTRA corrected") })
    #expect(!diagnosis.advice.contains { $0.contains("DBSRV") })
  }

  /// Not listed is not the same as not affected.
  @Test("on a product that is not listed the wrap leads")
  func onAProductThatIsNotListedTheWrapLeads() throws {
    let diagnosis = try Self.answer(nil, product: "exchange-server-5.5")
    #expect(diagnosis.verdict == .notListed)
    #expect(diagnosis.summary.contains("do not end DBSRV (PID 80) on PLC-07"))
    #expect(diagnosis.summary.contains("it held more than 65,535"), "\(diagnosis.summary)")
    #expect(diagnosis.summary.contains("EXTRA (PID 212) leaks about 120"), "\(diagnosis.summary)")
    #expect(diagnosis.advice.first?.contains("lan a reboot") == true)
    #expect(diagnosis.advice.contains { $0.contains("Have EXTRA corrected") })
  }

  @Test("on an affected kernel the wrap leads, and is no leak", arguments: ["SP3", nil])
  func onAnAffectedKernelTheWrapLeadsAndIsNoLeak(level: String?) throws {
    let diagnosis = try Self.answer(level)
    #expect(diagnosis.wrap == .happened)
    let summary = diagnosis.summary
    #expect(
      summary.contains("it held more than 65,535 handles above its baseline"), "\(summary)")
    #expect(summary.contains("lan a reboot, and do not end DBSRV (PID 80) on PLC-07"), "\(summary)")
    #expect(!summary.contains("has leaked"))
    #expect(summary.contains("EXTRA (PID 212) leaks about 120 handles an hour"))
    #expect(diagnosis.advice.contains { $0.contains("lan a reboot") })
    #expect(diagnosis.advice.contains { $0.contains("Have EXTRA corrected") })
    #expect(!diagnosis.advice.contains { $0.contains("DBSRV corrected") })
  }

  @Test("a peak alone is said without a leak")
  func aPeakAloneIsSaidWithoutALeak() throws {
    let diagnosis = try Fixture.diagnosis([Self.peak()])
    #expect(diagnosis.finding == .steady)
    #expect(diagnosis.summary.contains("held more than 65,535"), "\(diagnosis.summary)")
    #expect(!diagnosis.summary.contains("leaks"))
  }

  @Test("several processes are not one run")
  func severalProcessesAreNotOneRun() throws {
    let two = [1, 2].map { Fixture.series(pid: $0, perHour: 450) }
    let summary = try Fixture.diagnosis(two).summary
    #expect(summary.contains("has leaked more than 65,535 handles in all of its 2 processes"))
    #expect(!summary.contains("in one run"))
    #expect(try Fixture.diagnosis([Fixture.series(perHour: 800)]).summary.contains("in one run"))
  }

  @Test("among leaks the nearest wrap leads")
  func amongLeaksTheNearestWrapLeads() throws {
    let series = [Fixture.series("SLOW", perHour: 20), Fixture.series("FAST", perHour: 300)]
    for level in ["SP3", "SP4", nil] {
      let diagnosis = try Fixture.diagnosis(series, level: level)
      #expect(diagnosis.summary.contains("estart FAST (PID 212) on PLC-07"), "\(diagnosis.summary)")
      #expect(diagnosis.deadlines.map(\.process) == ["FAST", "SLOW"])
    }
  }

  @Test("a fixed kernel with too many handles fails already")
  func aFixedKernelWithTooManyHandlesFailsAlready() throws {
    let diagnosis = try Fixture.diagnosis(Fixture.situation("wrapped"), level: "SP4")
    #expect(diagnosis.summary.contains("can be refused already"), "\(diagnosis.summary)")
  }
}
