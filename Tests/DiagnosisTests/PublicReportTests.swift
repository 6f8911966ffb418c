import Diagnosis
import Handles
import KnowledgeBase
import Testing

/// Reports of leaks as people file them today: what is said, and that a person could act on it.
@Suite("Leaks that people reported in public")
struct PublicReportTests {
  struct Report: Sendable {
    var title: String
    var product: String?
    var process: String
    var resource = HandleResource.handles
    var limit: UInt64?
    var base: Int64
    var perHour: Double
    /// A sample every ten minutes, times this.
    var stretch = 1
    var evidence: [HostEvidence] = []
    /// How the summary begins, and what it says besides.
    var begins: String
    var says: [String]
  }

  static let reports = [
    Report(
      title: "a Windows 10 service from 15,000 to 19,000 handles in four days",
      product: "windows-10",
      process: "AudioSrvHost", base: 15_000, perHour: 42,
      begins: "Restart AudioSrvHost (PID 212) on PLC-07 at the next maintenance",
      says: ["about 42 handles an hour", "no known limit within ten years"]),
    Report(
      title: "1.95 million handles on Server 2019", product: "windows-server-2019",
      process: "dockerd", base: 56_000, perHour: 2_600, stretch: 7,
      begins: "Restart dockerd (PID 212) on PLC-07 before",
      says: ["16,777,216 handles", "paged pool runs out earlier"]),
    Report(
      title: "420 to 86,820 in a day on one registry key", product: "windows-server-2016",
      process: "AgentSvc", base: 420, perHour: 3_600,
      begins: "Restart AgentSvc (PID 212) on PLC-07 before",
      says: ["about 3,600 handles an hour", "16,777,216 handles"]),
    Report(
      title: "100 handles a day in one svchost", product: "windows-server-2012-r2",
      process: "svchost", base: 900, perHour: 100.0 / 24, stretch: 6,
      begins: "Restart the service in svchost (PID 212) on PLC-07",
      says: ["4.2 handles an hour (100"]),
    Report(
      title: "descriptors with a limit beside them", product: nil, process: "payments",
      resource: .fileDescriptors, limit: 1_024, base: 180, perHour: 6,
      evidence: [.hard("process_open_fds")], begins: "Restart payments (PID 212) on PLC-07 before",
      says: ["1,024 file descriptors", "EMFILE"]),
    Report(
      title: "descriptors without a limit", product: "linux", process: "nginx",
      resource: .fileDescriptors, base: 800, perHour: 90,
      begins: "Restart nginx (PID 212) on PLC-07 at the next maintenance",
      says: ["its limit is unknown", "handle_limit"]),
    Report(
      title: "GDI objects at 9,500", product: "windows-7", process: "EXPLORER",
      resource: .gdiObjects, base: 8_900, perHour: 6,
      begins: "Restart EXPLORER (PID 212) on PLC-07 before",
      says: ["10,000 GDI objects", "not drawn"]),
    Report(
      title: "USER objects with a raised limit", product: "windows-server-2008-r2",
      process: "wfcrun32",
      resource: .userObjects, limit: 18_000, base: 9_000, perHour: 40,
      begins: "Restart wfcrun32 (PID 212) on PLC-07 before", says: ["18,000 USER objects"]),
    Report(
      title: "LSASS on a domain controller", product: "windows-server-2022", process: "lsass.exe",
      base: 40_000, perHour: 9_000,
      begins: "Plan a reboot before", says: ["which only a reboot resets"]),
    Report(
      title: "Telegraf without a product", product: nil, process: "wmiprvse", base: 1_000,
      perHour: 25, evidence: [.soft("Telegraf")],
      begins: "Restart the service in wmiprvse (PID 212) on PLC-07",
      says: ["no known limit within ten years"]),
    Report(
      title: "Windows NT named, but a later Windows seen", product: "windows-nt-server-4.0",
      process: "svchost", base: 1_000, perHour: 25, evidence: [.hard("it shows Process V2")],
      begins: "Restart the service in svchost (PID 212) on PLC-07", says: []),
  ]

  private static func diagnosis(_ report: Report) throws -> Diagnosis {
    var series = Fixture.series(report.process, base: report.base, perHour: report.perHour)
    series.samples = series.samples.enumerated().compactMap { index, sample in
      let climbed = Int64(Double(index * (report.stretch - 1)) / 6 * report.perHour)
      return sample.time.adding(hours: Double(index * (report.stretch - 1)) / 6).map {
        Sample(time: $0, handles: sample.handles + climbed)
      }
    }
    series.resource = report.resource
    series.limit = report.limit
    var request = DiagnosisRequest(
      host: HostDescription(product: report.product), series: [series], format: "csv")
    request.evidence = report.evidence
    return try diagnose(request)
  }

  @Test(arguments: reports.indices)
  func aPersonCanActOnIt(index: Int) throws {
    let report = Self.reports[index]
    let diagnosis = try Self.diagnosis(report)
    #expect(diagnosis.verdict == .notApplicable, "\(report.title)")
    #expect(diagnosis.summary.hasPrefix(report.begins), "\(report.title): \(diagnosis.summary)")
    for text in report.says {
      #expect(diagnosis.summary.contains(text), "\(report.title): \(diagnosis.summary)")
    }
    #expect(!diagnosis.summary.dropLast().contains(". "), "\(report.title): \(diagnosis.summary)")
    #expect(diagnosis.byServicePack.isEmpty && diagnosis.processes[0].wrap.expectedAt == nil)
    let texts = [diagnosis.summary] + diagnosis.advice + diagnosis.assumptions
    for word in ["ervice pack", "CSDVersion", "Q179827", "do not end", "SP4", "wrap"] {
      #expect(!texts.contains { $0.contains(word) }, "\(report.title): \(word)")
    }
  }

  @Test("a product that the upload contradicts is told")
  func aDisagreementIsSaid() throws {
    let report = try #require(Self.reports.last)
    let diagnosis = try Self.diagnosis(report)
    #expect(
      diagnosis.advice.first
        == "Check the product: windows-nt-server-4.0 was named, but the upload can't come from it, because "
        + "it shows Process V2. This answer goes by the upload.")
  }

  /// Soft evidence counts only where no product is named.
  @Test("soft evidence does not beat a named product")
  func softEvidenceDoesNotBeatAProduct() throws {
    var request = DiagnosisRequest(
      host: HostDescription(product: "windows-nt-server-4.0", servicePack: "SP3"),
      series: Fixture.situation("leaking"), format: "csv")
    request.evidence = [.soft("Telegraf")]
    #expect(try diagnose(request).verdict == .affected)
    request.evidence = [.hard("it shows Process V2")]
    #expect(try diagnose(request).verdict == .notApplicable)
  }
}
