import Handles
import Telemetry
import Testing

@Suite("Uploads as CSV")
struct CSVTests {
  static let row = "1999-03-01T08:00:00Z"

  @Test(
    "rows of any separator, order and form are taken",
    arguments: [
      // The header's order, names and separators.
      ("timestamp,host,process,pid,handles\n\(row),A,EXTRA,212,812\n", ["A/EXTRA(212)=812"]),
      ("HANDLES;Process;Time\n5;EXTRA;\(row)\n", ["EXTRA=5"]),
      ("Handle Count\tNODE\tname\tId\tdatetime\n5\tA\tEXTRA\t7\t\(row)", ["A/EXTRA(7)=5"]),
      ("at,computer,instance,process_id,handle_count\n\(row),A,X,1,2\n", ["A/X(1)=2"]),
      // An extra column; of two columns with one meaning the better name wins.
      ("extra,time,process,name,handles\nq,\(row),P,N,1\n", ["P=1"]),
      // Line ends, blank lines, byte order mark, sep=.
      ("time,process,handles\r\n\r\n\(row),P,1\r\n\(row),P,2\r\r\n", ["P=1,2"]),
      ("\u{FEFF}time,process,handles\n\(row),P,1", ["P=1"]),
      ("\n\nsep=;\ntime;process;handles\n\(row);P;1\n", ["P=1"]),
      // Quotes: doubled, around separators and line feeds, and in the middle of a bare cell.
      ("time,process,handles\n\"\(row)\",\"a \"\"b\"\", c\",\"1\"\n", ["a \"b\", c=1"]),
      ("note,time,process,handles\n\"two\nlines\",\(row),P,1\n,\(row),P,2\n", ["P=1,2"]),
      ("time,process,handles\n\(row),5\" disk,1\n", ["5\" disk=1"]),
      ("time,process,handles\n\"\(row)\" ,\"P\" , 1 \n", ["P=1"]),
      // Headers of logs that were put together.
      ("time,process,handles\n\(row),P,1\n\u{FEFF}Time,Process,Handles\n\(row),P,2\n", ["P=1,2"]),
      // Optional cells; several hosts; a restart; one series in two spellings.
      ("time,host,process,pid,handles\n\(row),,P,,1\n\(row),B,P,,2\n", ["P=1", "B/P=2"]),
      (
        "time,process,pid,handles\n\(row),P,1,5\n\(row),P,2,6\n\(row),P,01,7\n",
        ["P(1)=5,7", "P(2)=6"]
      ),
      // Counts.
      (
        "time,process,handles\n\(row),P,812.000000\n\(row),P,8.12e2\n\(row),P,+3\n", ["P=812,812,3"]
      ),
      ("time,process,handles\n\(row),P,9007199254740992\n\(row),P,-0\n", ["P=9007199254740992,0"]),
      // Names that must stay data.
      ("time,process,handles\n\(row),=cmd|'/c calc'!A1,1\n", ["=cmd|'/c calc'!A1=1"]),
      ("time,process,handles\n\(row),../../x,1\n\(row),🦊,2\n", ["../../x=1", "🦊=2"]),
    ])
  func takes(text: String, outline: [String]) {
    let upload = decode(text).upload
    #expect(upload?.outline == outline)
    #expect(upload?.format == .csv)
    #expect(upload?.rejected == [])
    #expect(upload?.rejectedCount == 0)
  }

  /// A row is read fast where it is like the one before; what is no time is none there either.
  @Test("bytes that are no time")
  func bytesThatAreNoTime() {
    // None of these is of the fast form; they are as many as the choice of the format looks at.
    let rows = String(repeating: "1999-03-01T08:00:00.5Z,P,1\n", count: 1_000)
    let no = String(repeating: "\0", count: 16)
    let error = decode("time,process,handles\n\(rows)\(no):00Z,P,2\n").error
    #expect(error?.detail == "a NUL byte" && error?.line == 1_002)
    let first = "1970-01-01T00:00:07Z"
    let early = decode("time,process,handles\n\(first),P,1\n\(first),P,2\n").upload
    #expect(early?.series.first?.samples.map(\.time.milliseconds) == [7_000, 7_000])
  }

  /// Each row comes after a good one, as line 3.
  @Test(
    "a bad row is rejected with its place and reason",
    arguments: [
      ("\(row),P", "3: 2 cells where the header has 3"),
      ("\(row),P,1,2", "3: more cells where the header has 3"),
      ("garbage,P,1", "3:1 not a time"),
      (",P,1", "3:1 not a time"),
      ("1999-02-30T08:00:00Z,P,1", "3:1 a day that"),
      ("0000-01-01T00:00:00Z,P,1", "3:1 a time outside"),
      ("1999-03-01T24:00:00Z,P,1", "3:1 a time outside"),
      ("1999-03-01T08:00:60Z,P,1", "3:1 a time outside"),
      ("1999-03-01T08:00:00+99:99,P,1", "3:1 not an offset"),
      ("1999-03-01T08:00:00Zx,P,1", "3:1 not a time"),
      ("0001-01-01T00:00:00+01:00,P,1", "3:1 a time outside"),
      ("99999999999999999999,P,1", "3:1 a time outside"),
      ("\(row),P,", "3:24 not a whole number"),
      ("\(row),P,-1", "3:24 a negative number"),
      ("\(row),P,1.5", "3:24 a number with a fraction"),
      ("\(row),P,1e400", "3:24 a number above"),
      ("\(row),P,1e-400", "3:24 a number with a fraction"),
      ("\(row),P,9007199254740993", "3:24 a number above"),
      ("\(row),P,99999999999999999999999", "3:24 a number above"),
      ("\(row),P,NaN", "3:24 not a whole number"),
      ("\(row),P,0x10", "3:24 not a whole number"),
      ("\(row),P,1e", "3:24 not a whole number"),
      ("\(row),P,.", "3:24 not a whole number"),
      ("\(row),P,\"812,000\"", "3:25 not a whole number"),
      ("\(row),P,\"1,23\"", "3:25 a number with a fraction"),
      ("\(row),,1", "3:22 an empty name"),
      ("\(row),  ,1", "3:22 an empty name"),
      ("\(row),\(String(repeating: "x", count: 257)),1", "3:22 a name longer than 256 bytes"),
      ("\(row),a\tb,1", "3:22 a name with a control character"),
      ("\(row),\"a\nb\",1", "3:23 a name with a control character"),
      ("\(row),a\u{85}b,1", "3:22 a name with a control character"),
      ("\(row),a\u{202E}b,1", "3:22 a name with a control character"),
      ("\(row),\u{2066}b,1", "3:22 a name with a control character"),
      ("\(row),b\u{2028},1", "3:22 a name with a control character"),
      ("\(row),\"P\"x,1", "3:25 text between"),
    ])
  func rejects(row: String, reason: String) {
    let upload = decode("time,process,handles\n\(Self.row),P,1\n\(row)\n\(Self.row),P,2\n").upload
    #expect(upload?.outline == ["P=1,2"])
    #expect(upload?.rejectedCount == 1)
    #expect(upload?.reasons.first?.hasPrefix(reason) == true, "\(upload?.reasons ?? [])")
  }

  @Test("names that are not UTF-8 are read in a code page of Windows")
  func readsNamesOfCodePages() {
    let head = Array("time,process,handles\n\(Self.row),P,1\n\(Self.row),M".utf8)
    let tail = Array("LLER,1\n".utf8)
    // An U with two points in the code pages 1252 and 850.
    for byte: UInt8 in [0xDC, 0x9A] {
      #expect(decode(head + [byte] + tail).upload?.outline == ["P=1", "MÜLLER=1"])
    }
  }

  @Test(
    "thousands may be apart",
    arguments: [
      ("\"1,234\"", 1_234), ("\"1,953,515\"", 1_953_515), ("1 953 515", 1_953_515),
      ("1'234", 1_234), ("1\u{A0}234", 1_234), ("1\u{202F}234", 1_234), ("1.953.515", 1_953_515),
      ("\"1,234.00\"", 1_234), ("\"1.234,00\"", 1_234), ("\"812,0\"", 812), ("812.000", 812),
    ])
  func thousands(text: String, count: Int64) {
    let upload = decode("time,process,handles\n\(Self.row),P,\(text)\n").upload
    #expect(upload?.series.first?.samples.map(\.handles) == [count])
  }

  @Test("where semicolons separate cells, a comma is the decimal sign")
  func decimalCommas() {
    let rows = ["812,00", "1.234", "1.234.567", "1,234", "812,000"]
      .map { "\(Self.row);P;\($0)\n" }.joined()
    let upload = decode("time;process;handles\n\(rows)").upload
    #expect(upload?.outline == ["P=812,1234567,812"])
    #expect(upload?.rejected.map(\.line) == [3, 5])
  }

  @Test(
    "columns may have the names that other tools give them",
    arguments: [
      "Date,Time,Process,Handles\n2023-11-16,08:00:00,P,5\n",
      "Datum;Zeit;Prozess;Handles\n16.11.2023;08:00:00;P;5\n",
      "\"@timestamp\",\"process.name\",\"system.process.fd.open\"\n\"Nov 16, 2023 @ 08:00:00.000\",P,5\n",
      "ts,command,open_files\n1700121600,P,5\n",
    ])
  func otherNames(text: String) {
    let upload = decode(text).upload
    #expect(upload?.outline == ["P=5"], "\(String(describing: decode(text).error))")
    #expect(upload?.series.first?.samples.first?.time.milliseconds == 1_700_121_600_000)
  }

  @Test("a log of times and counts needs the name of its process")
  func namelessCounts() throws {
    var options = UploadOptions()
    options.process = "EXTRA"
    let logs = [
      "time,handles\n\(Self.row),812\n\(Self.row),815\n",
      "Time;Value\n\(Self.row);812\n\(Self.row);815",
      "\(Self.row),812\n\(Self.row),815\n", "06.11.2023 08:00\t812\n06.11.2023 08:05\t815\n",
      "\(Self.row) 812\n\(Self.row) 815\n",
    ]
    for log in logs {
      let error = decode(log).error
      #expect(error?.hint?.contains("?process=NAME") == true, "\(log) \(String(describing: error))")
      let upload = try TelemetryDecoder.decode(Array(log.utf8), options: options)
      #expect(upload.outline == ["EXTRA=812,815"])
    }
    // A column of names counts more.
    let named = "time,process,handles\n\(Self.row),P,1\n"
    #expect(try TelemetryDecoder.decode(Array(named.utf8), options: options).outline == ["P=1"])
  }

  @Test(
    "what is no table is refused",
    arguments: [
      ("", 1, "empty"),
      ("\n \r\n", 1, "no header"),
      ("time,process,handles", nil, "no sample"),
      ("time,process,handles\n\n", nil, "no sample"),
      ("time,process\n\(row),P\n", 1, "no column for handle counts"),
      ("\ntime,handles\n\(row),1\n", 2, "doesn't name the process"),
      ("hello world\n", 1, "no column for times"),
      ("time,process,handles\n\(row),P\n", nil, "none of the 1 rows"),
      ("\"time,process,handles\n\(row),P,1\n", 1, "never closed"),
      ("time,process,handles\n\(row),P,1\n\(row),\"P,2\n\(row),P,3\n", 3, "never closed"),
      ("time,process,handles\n\(row),P\0,1\n", 2, "NUL"),
      ("time,process,handles\0\n\(row),P,1\n", 1, "NUL"),
      ("time,process,handles" + String(repeating: ",x", count: 9_997), 1, "1000 columns"),
    ] as [(String, Int?, String)])
  func refuses(text: String, line: Int?, detail: String) {
    let error = decode(text).error
    #expect(error?.kind == .malformed)
    #expect(error?.line == line)
    #expect(error?.detail.contains(detail) == true, "\(error?.detail ?? "")")
  }

  @Test("it is said why no row could be used")
  func saysWhyNoRowCouldBeUsed() {
    let error = decode("time,process,handles\nx,P,1\n\(Self.row),P\n").error
    #expect(error?.rows.map(\.line) == [2, 3])
  }

  @Test("an unclosed quote costs no more than a line")
  func anUnclosedQuoteCostsNoMoreThanALine() {
    var limits = TelemetryLimits()
    limits.lineBytesMax = 1_000
    let text = "time,process,handles\n\"" + String(repeating: "x,y\n", count: 100_000)
    let error = decode(text, limits: limits).error
    #expect(error?.line == 2)
    #expect(error?.column == 1)
    #expect(error?.detail.contains("never closed") == true)
  }

  @Test("a long line is rejected, and reading goes on")
  func rejectsALongLineAndGoesOn() {
    var limits = TelemetryLimits()
    limits.lineBytesMax = 100
    let long = String(repeating: "x", count: 90)
    let text = "time,process,handles\n\(Self.row),\(long),1\n\(Self.row),P,2\nx,P,1\n"
    let upload = decode(text, limits: limits).upload
    #expect(upload?.outline == ["P=2"])
    #expect(upload?.rejected.map(\.line) == [2, 4])
    #expect(decode(String(repeating: "x", count: 101), limits: limits).error?.line == 1)
  }

  @Test("columns describe the host")
  func describesTheHost() {
    let text = """
      time,host,process,handles,product,service_pack
      \(Self.row),PLC-07,P,1,windows-nt-server-4.0,SP3
      \(Self.row),PLC-07,Q,1,,SP4

      """
    let upload = decode(text).upload
    #expect(upload?.host == HostDescription(name: "PLC-07", product: "windows-nt-server-4.0"))
    #expect(upload?.notes == ["The rows name several service packs: none is taken."])
  }

  @Test("all rejected rows are counted, some listed")
  func countsAllRejectedRowsAndListsSome() {
    var limits = TelemetryLimits()
    limits.rejectedMax = 3
    let rows = String(repeating: "x,P,1\n", count: 10)
    let upload = decode("time,process,handles\n\(Self.row),P,1\n" + rows, limits: limits).upload
    #expect(upload?.rejectedCount == 10)
    #expect(upload?.rejected.map(\.line) == [3, 4, 5])
  }

  @Test("the limits of series and samples are named")
  func namesTheLimitOfSeriesAndSamples() {
    var limits = TelemetryLimits()
    limits.seriesMax = 10
    let rows = (0..<11).map { "\(Self.row),P\($0),1\n" }.joined()
    #expect(decode("time,process,handles\n" + rows).upload?.series.count == 11)
    let error = decode("time,process,handles\n" + rows, limits: limits).error
    #expect(error?.kind == .tooLarge)
    #expect(error?.detail == "more than 10 series in one upload")
    limits = TelemetryLimits()
    limits.samplesMax = 10
    #expect(decode("time,process,handles\n" + rows, limits: limits).error?.kind == .tooLarge)
  }

  @Test("with strict reading, the first bad row refuses the upload")
  func strictlyTheFirstBadRowRefuses() {
    let error = decode(
      "time,process,handles\n\(Self.row),P,1\nx,P,1\n", badRows: .refuse
    ).error
    #expect(error?.line == 3)
    #expect(error?.column == 1)
  }

  /// More series than guesses can follow, in an order that changes.
  @Test("each series is found, in any order")
  func findsEachSeriesInAnyOrder() {
    var generator = SeededGenerator(seed: 1)
    var expected: [String: [Int64]] = [:]
    var text = "pid,time,process,x,host,handles\n"
    for count in 0..<20_000 {
      let series = Int.random(in: 0..<1_500, using: &generator)
      text += "\(series % 3),\(Self.row),P\(series / 30),,H\(series / 3 % 10),\(count)\n"
      expected["H\(series / 3 % 10)/P\(series / 30)(\(series % 3))", default: []]
        .append(Int64(count))
    }
    let upload = decode(text).upload
    let outline = expected.map { name, counts in
      "\(name)=\(counts.map { "\($0)" }.joined(separator: ","))"
    }
    #expect(upload?.outline.sorted() == outline.sorted())
  }
}
