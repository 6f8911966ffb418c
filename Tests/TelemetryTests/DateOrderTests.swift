import Handles
import Telemetry
import Testing

/// Which number of a date is the month.
@Suite("The order of dates")
struct DateOrderTests {
  private static let head = #"(PDH-CSV 4.0) (GMT Standard Time)(0);\\SRV1\Process(P)\Handle Count"#

  /// A log with a row for each time.
  private static func log(_ times: [String], head: String = head) -> String {
    ([head] + times.enumerated().map { "\($1);\(800 + $0)" }).joined(separator: "\r\n") + "\r\n"
  }

  private static func read(
    _ text: String, _ change: (inout UploadOptions) -> Void = { _ in }
  ) -> Result<TelemetryUpload, TelemetryError> {
    var options = UploadOptions()
    change(&options)
    do throws(TelemetryError) {
      return .success(
        try TelemetryDecoder.decode(Array(text.utf8), receivedAt: receipt, options: options))
    } catch {
      return .failure(error)
    }
  }

  private static func days(_ upload: TelemetryUpload?) -> [String] {
    upload?.series.first?.samples.map { String($0.time.description.prefix(10)) } ?? []
  }

  /// Hourly rows over some days that are all 12 or below.
  private static func hourly(days: ClosedRange<Int>, _ date: (Int) -> String) -> [String] {
    days.flatMap { day in
      (0..<24).map { hour in "\(date(day)) \(hour < 10 ? "0" : "")\(hour):00" }
    }
  }

  @Test("a month that doesn't exist tells the order of the whole log, also of the rows before it")
  func impossibleMonth() {
    let dayFirst = Self.read(
      Self.log(["11/03/1999 08:00", "12/03/1999 08:00", "13/03/1999 08:00"]))
    #expect(Self.days(dayFirst.upload) == ["1999-03-11", "1999-03-12", "1999-03-13"])
    #expect(dayFirst.upload?.times.dateOrder == .dayFirst)
    #expect(dayFirst.upload?.times.dateOrderBasis == .impossibleMonth)
    #expect(
      dayFirst.upload?.notes == [
        "Dates were read day-first, because of 13/03/1999 08:00 in line 4."
      ])
    let monthFirst = Self.read(
      Self.log(["03/11/1999 08:00", "03/12/1999 08:00", "03/13/1999 08:00"]))
    #expect(Self.days(monthFirst.upload) == ["1999-03-11", "1999-03-12", "1999-03-13"])
    #expect(monthFirst.upload?.notes == [])
  }

  @Test("else the order counts in which the log doesn't leap")
  func evenSteps() {
    let dayFirst = Self.read(Self.log(Self.hourly(days: 1...4) { "0\($0)/11/2023" })).upload
    #expect(Set(Self.days(dayFirst)) == ["2023-11-01", "2023-11-02", "2023-11-03", "2023-11-04"])
    #expect(dayFirst?.times.dateOrderBasis == .steps)
    #expect(dayFirst?.notes.count == 1)
    let monthFirst = Self.read(Self.log(Self.hourly(days: 1...4) { "11/0\($0)/2023" })).upload
    #expect(Set(Self.days(monthFirst)) == ["2023-11-01", "2023-11-02", "2023-11-03", "2023-11-04"])
    #expect(monthFirst?.times.dateOrder == .monthFirst)
    #expect(monthFirst?.notes == [])
    // With a weekend without rows.
    let pause =
      Self.hourly(days: 1...3) { "0\($0)/11/2023" } + Self.hourly(days: 6...8) { "0\($0)/11/2023" }
    #expect(Self.read(Self.log(pause)).upload?.times.dateOrder == .dayFirst)
  }

  @Test(
    "where nothing tells, storing is refused with the way out, and a diagnosis says what it took")
  func undecided() {
    let text = Self.log(["01/11/2023 08:00", "01/11/2023 09:00", "01/11/2023 10:00"])
    let upload = Self.read(text).upload
    #expect(Set(Self.days(upload)) == ["2023-01-11"])
    #expect(upload?.times.dateOrderBasis == .assumed)
    #expect(upload?.notes.first?.contains("01/11/2023 08:00 were read month-first") == true)
    let error = Self.read(text) { $0.undecidedDates = .refuse }.error
    #expect(error?.line == 2)
    #expect(error?.detail.contains("\"01/11/2023 08:00\" can be month-first or day-first") == true)
    #expect(error?.hint?.contains("date_order=dmy") == true)
    // The fourth of April is the fourth of April.
    let same = Self.read(Self.log(["04/04/2023 08:00"])) { $0.undecidedDates = .refuse }.upload
    #expect(Self.days(same) == ["2023-04-04"])
    #expect(same?.notes == [])
  }

  @Test("the request comes first, then what the host's uploads had")
  func request() {
    let text = Self.log(["01/11/2023 08:00", "01/11/2023 09:00"])
    let requested = Self.read(text) { $0.dateOrder = .dayFirst }.upload
    #expect(Set(Self.days(requested)) == ["2023-11-01"])
    #expect(requested?.times.dateOrderBasis == .request)
    #expect(requested?.notes == [])
    let stored = Self.read(text) { $0.hostDateOrder = .dayFirst }.upload
    #expect(Set(Self.days(stored)) == ["2023-11-01"])
    #expect(stored?.times.dateOrderBasis == .host)
    let both = Self.read(text) {
      $0.dateOrder = .monthFirst
      $0.hostDateOrder = .dayFirst
    }
    #expect(Set(Self.days(both.upload)) == ["2023-01-11"])
    // A request is believed against a row; what was stored isn't.
    let contrary = Self.log(["01/11/2023 08:00", "01/13/2023 09:00"])
    let row = Self.read(contrary) { $0.dateOrder = .dayFirst }.upload
    #expect(row?.rejected.map(\.line) == [3])
    #expect(row?.rejected.first?.detail.contains("date_order=mdy") == true)
    let host = Self.read(contrary) { $0.hostDateOrder = .dayFirst }.error
    #expect(host?.line == 3)
    #expect(host?.hint?.contains("date_order=mdy") == true)
  }

  @Test("typeperf and relog write the month first, whatever else is known")
  func ownForm() {
    let text = Self.log(["01/11/2023 08:00:00.123", "01/11/2023 09:00:00.123"])
    let upload = Self.read(text) {
      $0.hostDateOrder = .dayFirst
      $0.undecidedDates = .refuse
    }.upload
    #expect(Set(Self.days(upload)) == ["2023-01-11"])
    #expect(upload?.notes == [])
    #expect(upload?.times.dateOrder == nil)
  }

  @Test(
    "forms of regions and spreadsheets",
    arguments: [
      ("06.11.2023 08:00", "2023-11-06T08:00:00Z"), ("06.11.23 8:05:30", "2023-11-06T08:05:30Z"),
      ("11/16/2023 8:00 AM", "2023-11-16T08:00:00Z"),
      ("11/16/2023 8:00:01 pm", "2023-11-16T20:00:01Z"),
      ("16/11/2023 12:30 a.m.", "2023-11-16T00:30:00Z"),
      ("16-11-2023 08.30", "2023-11-16T08:30:00Z"),
      ("2023/11/06 08:00:00.5", "2023-11-06T08:00:00.500Z"),
      ("2023-11-06 08:00", "2023-11-06T08:00:00Z"),
      ("16/11/2023, 08:00:00", "2023-11-16T08:00:00Z"),
      ("16/11/2023 8:00\u{202F}PM", "2023-11-16T20:00:00Z"),
    ])
  func forms(text: String, time: String) {
    let upload = Self.read(Self.log([text])).upload
    #expect(upload?.series.first?.samples.first?.time.description == time)
    let csv = Self.read("time;process;handles\n\(text);P;1\n").upload
    #expect(csv?.series.first?.samples.first?.time.description == time)
  }

  @Test(
    "what is no time",
    arguments: [
      "13/13/2023 08:00", "31/04/2023 08:00", "06.11.2023", "6/11 08:00", "06.11/2023 08:00",
      "11/16/2023 13:00 PM", "11/16/2023 0:00 AM", "11/16/2023 24:00", "11/16/2023 08:60",
      "11/16/202 08:00", "11/16/20233 08:00", "00/00/2023 08:00", "11/16/0000 08:00",
      "11/16/2023 08:00 Uhr", "1e308",
    ])
  func noTime(text: String) {
    let upload = Self.read(Self.log(["11/16/2023 08:00", text])).upload
    #expect(upload?.rejected.map(\.line) == [3], "\(text)")
    #expect(upload?.sampleCount == 1)
  }

  @Test("a log with both orders is refused, and the error names both rows")
  func mixed() {
    let error = Self.read(Self.log(["13/03/1999 08:00", "03/14/1999 08:00"])).error
    #expect(error?.line == 3)
    #expect(error?.detail.contains("\"03/14/1999 08:00\" can only be month-first") == true)
    #expect(error?.detail.contains("line 2") == true)
  }

  @Test("a zone in the header counts for the rows that waited, too, and each header for its own")
  func zones() {
    let paris = Self.head.replacing("(0)", with: "(-60)")
    let rows = ["11/03/1999 00:30", "13/03/1999 00:30"]
    let upload = Self.read(Self.log(rows, head: paris)).upload
    #expect(upload?.series[0].samples[0].time.description == "1999-03-10T23:30:00Z")
    #expect(upload?.times.zone?.name == "GMT Standard Time")
    let joined = Self.read(
      Self.log(["01/03/1999 00:30", "02/03/1999 00:30", "03/03/1999 00:30"], head: paris)
        + Self.log(["04/03/1999 00:30"]))
    let times = joined.upload?.series[0].samples.map(\.time.description)
    #expect(
      times == [
        "1999-02-28T23:30:00Z", "1999-03-01T23:30:00Z", "1999-03-02T23:30:00Z",
        "1999-03-04T00:30:00Z",
      ])
  }

  @Test("CSV that a spreadsheet saved again")
  func csv() {
    let rows = [
      "11/03/1999 08:00,A,1", "1999-03-11T09:00:00Z,A,2", "11/03/1999 10:00,A,3",
      "13/03/1999 10:00,A,4",
    ]
    let text = "time,process,handles\n" + rows.joined(separator: "\n")
    // The second row can't wait with the first, so what is known by then decides.
    let error = Self.read(text) { $0.undecidedDates = .refuse }.error
    #expect(error?.line == 2)
    let upload = Self.read(text) { $0.dateOrder = .dayFirst }.upload
    #expect(
      upload?.series[0].samples.map(\.time.description) == [
        "1999-03-11T08:00:00Z", "1999-03-11T09:00:00Z", "1999-03-11T10:00:00Z",
        "1999-03-13T10:00:00Z",
      ])
  }

  @Test("Performance Monitor's exports of other regions", arguments: ["/", ".", "-"])
  func performanceMonitor(separator: String) {
    let head = [
      "Reported on \\\\plc-07", "Date: 10/03/99", "Data: Current Activity", ",,Handle Count",
      ",,EXTRA", ",,Process", "Date,Time",
    ]
    let rows = (10...14).map {
      ["\($0)", "03", "99"].joined(separator: separator) + ",08.00.00,  8\($0).000"
    }
    let upload = Self.read((head + rows).joined(separator: "\r\n")).upload
    #expect(Self.days(upload) == (10...14).map { "1999-03-\($0)" })
    #expect(upload?.outline == ["PLC-07/EXTRA=810,811,812,813,814"])
    #expect(upload?.rejectedCount == 0)
  }

  @Test("where the body is cut makes no difference")
  func pieces() {
    let text = Self.log(Self.hourly(days: 1...2) { "0\($0)/11/2023" } + ["13/11/2023 08:00"])
    let whole = decode(text)
    #expect(whole.upload?.times.dateOrder == .dayFirst)
    let bytes = Array(text.utf8)
    #expect(decode(bytes, cutAt: Array(0...bytes.count)) == whole)
  }
}
