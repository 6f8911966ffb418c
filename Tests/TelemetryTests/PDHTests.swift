import Bytes
import Handles
import Telemetry
import Testing

@Suite("Logs of Performance Monitor")
struct PDHTests {
  static let zone = "(PDH-CSV 4.0) (GMT Standard Time)(-60)"
  static let path = #"\\PLC-07\Process(EXTRA)\Handle Count"#
  static let pidPath = #"\\PLC-07\Process(EXTRA)\ID Process"#

  /// A log of quoted cells.
  static func log(_ rows: [[String]], separator: String = ",", lineEnd: String = "\r\n") -> String {
    rows.map { $0.map { "\"\($0)\"" }.joined(separator: separator) + lineEnd }.joined()
  }

  /// Two rows of the log in which the module was first tried.
  static let recorded = """
    "(PDH-CSV 4.0) (GMT Standard Time)(0)","\\\\NT4BOX\\Process(EXTRA)\\Handle Count",\
    "\\\\NT4BOX\\Process(SPOOLSS)\\Handle Count"\r
    "11/22/2026 14:56:27.942","5.000000","59.000000"\r
    "11/22/2026 14:56:28.192","7.000000","59.000000"\r

    """

  @Test("a recorded log is read")
  func readsARecordedLog() {
    let upload = decode(Self.recorded, "text/csv").upload
    #expect(upload?.format == .pdhCSV)
    #expect(upload?.host == HostDescription(name: "NT4BOX"))
    #expect(upload?.outline == ["NT4BOX/EXTRA=5,7", "NT4BOX/SPOOLSS=59,59"])
    #expect(
      upload?.series.first?.samples.last?.time.description == "2026-11-22T14:56:28.192Z")
    #expect(upload?.notes == [])
  }

  /// UTC is local time plus the bias.
  @Test(
    "local time is turned into UTC",
    arguments: [
      (
        "(PDH-CSV 4.0) (GMT Standard Time)(-60)", "10/29/2017 01:59:44.562",
        "2017-10-29T00:59:44.562Z"
      ),
      ("(PDH-CSV 4.0) (Pacific (US))(480)", "12/31/1999 23:00:00.000", "2000-01-01T07:00:00Z"),
      ("(PDH-CSV 4.0)", "10/29/2017 01:59:44.562", "2017-10-29T01:59:44.562Z"),
      ("(PDH-CSV 4.0) (X)(+5)", "1/13/2017 1:59", "2017-01-13T02:04:00Z"),
    ])
  func turnsLocalTimeIntoUTC(head: String, local: String, time: String) {
    let upload = decode(Self.log([[head, Self.path], [local, "1"]])).upload
    #expect(upload?.series.first?.samples.first?.time.description == time)
    #expect(upload?.notes.count == (head.contains(") (") ? 0 : 1))
  }

  @Test("what typeperf prints is read")
  func readsWhatTypeperfPrints() {
    let text =
      "\r\n"
      + Self.log([["(PDH-CSV 4.0)", Self.path], ["10/29/2017 01:59:44.562", "812.000000"]])
      + "\r\n\r\nExiting, please wait...                         \r\n"
      + "The command completed successfully.\r\n\r\n"
    let upload = decode(text).upload
    #expect(upload?.outline == ["PLC-07/EXTRA=812"])
    #expect(upload?.rejected == [])
    #expect(upload?.notes.count == 2)
  }

  @Test("other lines between rows are rejected")
  func rejectsOtherLinesBetweenRows() {
    let row = Self.log([["10/29/2017 01:59:44.562", "1"]])
    let text = Self.log([[Self.zone, Self.path]]) + row + "noise, more noise\r\n" + row
    let upload = decode(text).upload
    #expect(upload?.reasons == ["3: not a row of the log"])
    #expect(upload?.outline == ["PLC-07/EXTRA=1,1"])
  }

  @Test("a missing value is a gap", arguments: [" ", "", "-1", "-1.000000", "-1,000000"])
  func aMissingValueIsAGap(value: String) {
    let time = "10/29/2017 01:59:44.562"
    let text = Self.log([[Self.zone, Self.path], [time, "1"], [time, value], [time, "2"]])
    let upload = decode(text).upload
    #expect(upload?.outline == ["PLC-07/EXTRA=1,2"])
    #expect(upload?.rejectedCount == 0)
  }

  @Test(
    "a bad value is rejected, its row kept",
    arguments: [
      ("abc", "3:28 not a whole number"), ("-2", "3:28 a negative number"),
      ("0.5", "3:28 a number with a fraction"), ("1,234", "3:28 a comma that"),
    ])
  func rejectsAValueAndKeepsItsRow(value: String, reason: String) {
    let time = "10/29/2017 01:59:44.562"
    let other = #"\Process(B)\Handle Count"#
    let text = Self.log([
      [Self.zone, Self.path, other], [time, "1", "7"], [time, value, "8"],
    ])
    let upload = decode(text).upload
    #expect(upload?.outline == ["PLC-07/EXTRA=1", "B=7,8"])
    #expect(upload?.reasons.first?.hasPrefix(reason) == true, "\(upload?.reasons ?? [])")
  }

  @Test(
    "a bad time rejects its row",
    arguments: [
      "29/10/2017 01:59:44", "02/30/2017 01:59:44", "10/29/0 01:59", "2017", "10/29/2017",
    ])
  func rejectsATime(time: String) {
    let text = Self.log([[Self.zone, Self.path], ["10/29/2017 01:59:44.562", "1"], [time, "2"]])
    let upload = decode(text).upload
    #expect(upload?.rejected.map(\.line) == [3])
    #expect(upload?.outline == ["PLC-07/EXTRA=1"])
  }

  @Test("rows may be shorter or longer than the header")
  func rowsMayBeShorterOrLongerThanTheHeader() {
    let time = "10/29/2017 01:59:44.562"
    let text = Self.log([
      [Self.zone, Self.path, #"\Process(B)\Handle Count"#, "a description"],
      [time, "1"], [time, "2", "3"], [time], [time, "4", "5", "x", "y", "z"],
    ])
    let upload = decode(text).upload
    #expect(upload?.outline == ["PLC-07/EXTRA=1,2,4", "B=3,5"])
    #expect(upload?.rejectedCount == 0)
  }

  @Test("another process ID is another series")
  func anotherPIDIsAnotherSeries() {
    let time = "10/29/2017 01:59:44.562"
    let text = Self.log([
      [Self.zone, Self.path, Self.pidPath],
      [time, "1", "212.000000"], [time, "2", "212.000000"], [time, "3", " "],
      [time, "4", "300.000000"], [time, "5", "212.000000"],
    ])
    let outline = decode(text).upload?.outline
    #expect(outline == ["PLC-07/EXTRA(212)=1,2,3,5", "PLC-07/EXTRA(300)=4"])
  }

  @Test("only handle counts of processes are taken")
  func takesOnlyHandleCountsOfProcesses() {
    let header = [
      Self.zone, #"\\A\Process(_Total)\Handle Count"#, #"\\A\Process(Idle)\Handle Count"#,
      #"\\A\Process(EXTRA)\% Processor Time"#, #"\\A\Process(EXTRA)\HANDLE COUNT"#,
      #"\\B\Process(EXTRA#12)\Handle Count"#, #"\\B\process(C#)\Handle Count"#,
      #"\Process(foo (x86)#1)\Handle Count"#, #"\\A\System\Processes"#,
      #"\\A\Terminal Services Session(Console)\Handle Count"#,
      #"\\D\Prozess(EXTRA)\Handleanzahl"#, #"\\D\Prozess(EXTRA)\Prozesskennung"#,
      #"\\E\Process V2(EXTRA:77)\Handle Count"#, #"\\A\Process(EXTRA)\Handle Count"#,
      #"\\A\Process()\Handle Count"#, #"\\A"#, #"\\"#, #"\"#, "(", #"\Process(X)"#,
    ]
    let row = ["10/29/2017 01:59:44.562"] + (1..<header.count).map { "\($0)" }
    let upload = decode(Self.log([header, row])).upload
    #expect(
      upload?.outline == [
        "A/EXTRA=4", "B/EXTRA#12=5", "B/C#=6", "foo (x86)#1=7", "D/EXTRA(11)=10", "E/EXTRA(77)=12",
      ])
    #expect(upload?.host.name == nil)
    #expect(upload?.rejected.map(\.line) == [1])  // the empty instance
  }

  @Test("tabs and decimal commas are read")
  func readsTabsAndDecimalCommas() {
    let rows = [
      ["(PDH-TSV 4.0) (GMT Standard Time)(0)", Self.path],
      ["10/29/2017 01:59:44.562", "812,000000"],
    ]
    for type in ["text/tab-separated-values", "text/csv", nil] {
      let upload = decode(Self.log(rows, separator: "\t"), type).upload
      #expect(upload?.format == .pdhTSV)
      #expect(upload?.outline == ["PLC-07/EXTRA=812"])
    }
    #expect(decode(Self.log(rows, separator: ";")).upload?.outline == ["PLC-07/EXTRA=812"])
  }

  @Test("UTF-16 is read", arguments: [false, true])
  func readsUTF16(isBigEndian: Bool) {
    let text = Self.log([
      [Self.zone, #"\\PLC-07\Process(Größe🦊)\Handle Count"#], ["10/29/2017 01:59:44.562", "1"],
    ])
    #expect(
      decode(utf16(text, isBigEndian: isBigEndian)).upload?.outline == ["PLC-07/Größe🦊=1"])
  }

  @Test("a header in the middle starts anew")
  func aHeaderInTheMiddleStartsAnew() {
    let row = ["10/29/2017 01:59:44.562", "1"]
    let text = Self.log([
      [Self.zone, Self.path], row, ["(PDH-CSV 4.0) (X)(0)", #"\\B\Process(Q)\Handle Count"#], row,
    ])
    let upload = decode(text).upload
    #expect(upload?.outline == ["PLC-07/EXTRA=1", "B/Q=1"])
    #expect(
      upload?.series.map { $0.samples.first?.time.description } == [
        "2017-10-29T00:59:44.562Z", "2017-10-29T01:59:44.562Z",
      ])
  }

  @Test(
    "a header without a time or a process is refused",
    arguments: [
      ("\"\(zone)\"\r\n\"10/29/2017 01:59:44.562\"\r\n", "no column with the handle count"),
      ("\r\n\"\(zone)\",\"\\\\A\\System\\Processes\"\r\n", "no column with the handle count"),
      ("\"(PDH-CSV 4.0) (GMT)(1440)\",\"\(path)\"\r\n", "not a number of minutes"),
      ("\"(PDH-CSV 4.0) (GMT)(99999999999999999999)\",\"\(path)\"\r\n", "not a number of minutes"),
      ("\"\(zone)", "never closed"),
      ("\"\(zone)\",\"\(path)\"\r\n", "no sample"),
      ("\"\(zone)\",\"\(path)\"\r\n\"10/29/2017 01:59:44\",\" \"\r\n", "no sample"),
      ("\"\(zone)\",\"\(path)\"\r\nx\r\n", "no sample"),
    ])
  func refuses(text: String, detail: String) {
    let error = decode(text).error
    #expect(error?.kind == .malformed)
    #expect(error?.detail.contains(detail) == true, "\(error?.detail ?? "")")
  }

  @Test("the headers are limited")
  func limitsTheHeaders() {
    let part = Self.log([[Self.zone, Self.path], ["10/29/2017 01:59", "1"]])
    #expect(decode(String(repeating: part, count: 1_000)).upload?.sampleCount == 1_000)
    #expect(decode(String(repeating: part, count: 1_001)).error?.line == 2_001)
  }

  @Test("the columns are limited")
  func limitsTheColumns() {
    let header = [Self.zone] + (0..<40_000).map { #"\Process(P#\#($0))\Handle Count"# }
    var limits = TelemetryLimits()
    limits.pdhColumnsMax = 30_000
    let tooWide = decode(Self.log([header]), limits: limits).error
    #expect(tooWide?.detail.contains("30000 columns") == true)
    let error = decode(
      Self.log([
        Array(header.prefix(10_002)),
        ["10/29/2017 01:59"]
          + Array(repeating: "1", count: 10_001),
      ])
    ).error
    #expect(error?.kind == .tooLarge)
  }

  @Test("names in different normal forms are different series, and cost no more than others")
  func namesAreBytes() throws {
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    let csv = "time,process,handles\n0,\(composed),1\n0,\(decomposed),2\n60,\(composed),3\n"
    let upload = try TelemetryDecoder.decode(Array(csv.utf8))
    #expect(upload.series.map { $0.samples.map(\.handles) } == [[1, 3], [2]])
  }
}
