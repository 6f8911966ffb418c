import Handles
import Telemetry
import Testing

/// What Windows' and Sysinternals' tools print.
@Suite("What tools print")
struct ToolTests {
  @Test("tables may have other separators and columns")
  func tablesWithOtherSeparatorsAndColumns() {
    let rows = [
      ["ProcessName", "HandleCount", "Id", "Time", "Handles"],
      ["P", "1", "7", "1999-03-01 08:00", "5"], ["Q", "1", "8", "x", "5"], ["R", "1"],
    ]
    let text =
      "\"" + rows.map { $0.joined(separator: "\";\"") }.joined(separator: "\"\r\n\"") + "\""
    let upload = decode("#TYPE Selected.System.Diagnostics.Process\r\n" + text).upload
    #expect(upload?.format == .exportCSV)
    #expect(upload?.outline == ["P(7)=5"])
    #expect(upload?.rejected.map(\.line) == [4, 5])
    #expect(upload?.series.first?.samples.first?.time.description == "1999-03-01T08:00:00Z")
  }

  @Test(
    "a table without handles is refused",
    arguments: ["#TYPE X\nName,Id\nP,1\n", "#TYPE X\n", "Node,Name,ProcessId\nH,P,1\n"])
  func refusesATableWithoutHandles(text: String) {
    #expect(decode(text).error?.hint != nil)
  }

  @Test("a NUL in a row rejects the row")
  func rejectsANUL() {
    let rows = String(
      repeating: "3/1/99,8:00:00 AM,     812.000,      3.125,      59.000\r\n", count: 40)
    let upload = decode(Samples.performanceMonitor + rows + "3/1/99,8:00:05 AM,  8\0,1,2\r\n")
      .upload
    #expect(upload?.rejectedCount == 1)
    #expect(upload?.sampleCount == 84 - 1)
  }

  @Test("summaries of processes")
  func summariesOfProcesses() {
    let text = """
      EXTRA.exe pid: 212 PLC-07\\operator
      Handle type summary:
        Key             : 7
        Nonsense
      Total handles: 238

      Handle type summary:
        Key             : 3
      """
    let upload = decode(text).upload
    #expect(upload?.outline == ["EXTRA.exe(212)=238"])
    #expect(upload?.notes.contains { $0.contains("7 are of keys") } == true)
    #expect(upload?.series.map { $0.keys.map(\.handles) } == [[7]])
    #expect(upload?.reasons == ["4: not a whole number", "7: a summary without its total"])
  }

  @Test("bad rows of PsList are rejected")
  func rejectsRowsOfPsList() {
    let text = """
      Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time
      EXTRA               212   8   4  812   1024     0:00:01.281     3:25:10.000
      EXTRA               212   8   4
      EXTRA               212   8   4  x   1024     0:00:01.281     3:25:10.000
      """
    let upload = decode(text).upload
    #expect(upload?.outline == ["EXTRA(212)=812"])
    #expect(upload?.rejected.map(\.line) == [3, 4])
  }

  private static func export(_ rows: [String], separator: String = ",") -> String {
    let head = [
      "Reported on \\\\H", "Interval: 1,000 seconds", "", ",,Handle Count,ID Process,Handle Count",
      ",,P,P,P", ",,Process,Process,Process", "Date,Time",
    ]
    return
      (head.map {
        $0.hasPrefix("I")
          ? $0
          : $0.split(
            separator: ",", omittingEmptySubsequences: false
          ).joined(separator: separator)
      } + rows)
      .joined(separator: "\r\n")
  }

  @Test(
    "times of an export",
    arguments: [
      ("3/1/99", "8:00:00 AM", "1999-03-01T08:00:00Z"),
      ("12/31/99", "12:00:00 PM", "1999-12-31T12:00:00Z"),
      ("1/2/00", "12:05:00 am", "2000-01-02T00:05:00Z"),
      ("31.12.1999", "23:59:59", "1999-12-31T23:59:59Z"),
    ])
  func timesOfAnExport(date: String, time: String, expected: String) {
    let upload = decode(Self.export(["\(date)\t\(time)\t812,000"], separator: "\t")).upload
    #expect(upload?.format == .performanceMonitor)
    #expect(upload?.outline == ["H/P=812"])
    #expect(upload?.series.first?.samples.first?.time.description == expected)
  }

  /// A PID tells a restart; the second column of one name is its second process; a count that wrapped
  /// at 32 bits is shown below zero.
  @Test("rows of an export")
  func rowsOfAnExport() {
    let upload = decode(
      Self.export([
        "3/1/99,8:00:00 AM,   5.000, 7.000, 9.000", "3/1/99,8:00:01 AM,   6.000, 8.000,-1.000",
        "32/1/99,8:00:00 AM,5,5,5", "3/1/99,8:00:02 AM,0.5,,",
      ])
    ).upload
    #expect(upload?.outline == ["H/P(7)=5", "H/P#1=9,4294967295", "H/P(8)=6"])
    #expect(
      upload?.reasons == [
        "10:1 a day that the calendar doesn't have", "11:19 a number with a fraction",
      ])
  }

  @Test(
    "an export that lacks what it needs is refused",
    arguments: [
      "Reported on \\\\H\r\n", export([]),
      "Reported on \\\\H\r\n,,% Processor Time\r\n3/1/99,8:00:00 AM,5\r\n",
      "Reported on \\\\H\r\n" + String(repeating: "x,y,z\r\n", count: 100),
    ])
  func refusesAnExport(text: String) {
    let error = decode(text).error
    #expect(error?.kind == .malformed)
    #expect(error?.hint != nil)
  }
}
