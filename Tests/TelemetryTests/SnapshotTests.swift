import Handles
import Telemetry
import Testing

/// Lists of one moment, one after another in a file.
@Suite("Dated lists")
struct SnapshotTests {
  private static let list = """

    PsList v1.4 - Process information lister

    Process information for SRV1:

    Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time
    appsvc             4120   8  31  840  10240     0:00:01.281    13:25:10.000

    """

  /// What loops print before a list, and the moment that it means.
  private static let stamps: [(text: String, time: String)] = [
    ("Thu 11/16/2023\n08:00\n", "2023-11-16T08:00:00Z"),
    ("Thu 11/16/2023  8:00:00.12\n", "2023-11-16T08:00:00.120Z"),
    (
      "The current date is: Thu 11/16/2023\nThe current time is:  8:00:00.12\n",
      "2023-11-16T08:00:00.120Z"
    ),
    ("16.11.2023\n08:00\n", "2023-11-16T08:00:00Z"),
    ("Do 16.11.2023  8:00:00,12\n", "2023-11-16T08:00:00.120Z"),
    ("Thursday, November 16, 2023 8:00:00 PM\n", "2023-11-16T20:00:00Z"),
    ("Donnerstag, 16. November 2023 08:00:00\n", "2023-11-16T08:00:00Z"),
    ("Thu Nov 16 08:00:00 UTC 2023\n", "2023-11-16T08:00:00Z"),
    ("Thu Nov 16 08:00:00 CET 2023\n", "2023-11-16T07:00:00Z"),
    ("Thu 16 Nov 2023 08:00:00 AM UTC\n", "2023-11-16T08:00:00Z"),
    ("=== 2023-11-16 08:00:00 ===\n", "2023-11-16T08:00:00Z"),
    ("2023-11-16T08:00:00+01:00\n", "2023-11-16T07:00:00Z"),
    ("1700121600\n", "2023-11-16T08:00:00Z"),
  ]

  @Test("times before a list", arguments: stamps.indices)
  func times(index: Int) {
    let (text, time) = Self.stamps[index]
    let upload = decode(text + Self.list).upload
    #expect(upload?.format == .psList)
    #expect(upload?.series.first?.samples.map(\.time.description) == [time], "\(text)")
    #expect(upload?.rejected == [])
  }

  @Test("the order of dates is told by later lists")
  func order() {
    let text = ["11/11/2023", "12/11/2023", "13/11/2023"]
      .map { "\($0)\n08:00\n\(Self.list)" }.joined()
    let upload = decode(text).upload
    #expect(
      upload?.series.first?.samples.map(\.time.description) == [
        "2023-11-11T08:00:00Z", "2023-11-12T08:00:00Z", "2023-11-13T08:00:00Z",
      ])
  }

  @Test("several lists without times are refused, with the way out")
  func untimed() {
    let error = decode(Self.list + Self.list).error
    #expect(error?.detail.contains("nothing says when") == true)
    #expect(error?.hint?.contains("date /t & time /t & pslist") == true)
    // Of several hosts they are lists of one moment.
    let other = Self.list.replacing("SRV1", with: "SRV2")
    #expect(
      decode(Self.list + other).upload?.outline == [
        "SRV1/appsvc(4120)=840", "SRV2/appsvc(4120)=840",
      ])
  }

  @Test("a list of one moment says how to make a log")
  func oneMoment() {
    let notes = decode(MoreSamples.processList).upload?.notes
    #expect(notes?.contains { $0.contains("Export-Csv log.csv -Append") } == true)
  }

  @Test("summaries of handle -s keep the times of their keys")
  func keys() {
    let text = ["13/11/2023 08:00", "14/11/2023 08:00"].enumerated().map { index, stamp in
      "\(stamp)\nHandle type summary:\n  Key             : \(7 + index)\nTotal handles: \(238 + index)\n"
    }.joined()
    let upload = decode(text).upload
    #expect(upload?.outline == ["_Total=238,239"])
    #expect(upload?.series.first?.keys.map(\.time) == upload?.series.first?.samples.map(\.time))
    #expect(upload?.series.first?.keys.map(\.handles) == [7, 8])
  }

  @Test("handles of keys are counted, and the key that is open most often is named")
  func handleList() {
    for text in [MoreSamples.handleList, MoreSamples.handleCSV] {
      let upload = decode(text).upload
      #expect(upload?.series.first?.keys.first?.handles == (text == MoreSamples.handleList ? 2 : 1))
    }
    let notes = decode(MoreSamples.handleList).upload?.notes
    #expect(notes?.contains { $0.contains("2 of them of HKLM\\SOFTWARE\\Attachmate") } == true)
  }

  @Test(
    "loops in a shell",
    arguments: [
      "Thu Nov 16 08:00:00 UTC 2023\nnginx 812 840\nThu Nov 16 08:01:00 UTC 2023\nnginx 812 845\n",
      "2023-11-16T08:00:00Z nginx 812 840\n2023-11-16T08:01:00Z nginx 812 845\n",
      "1700121600 nginx 812 840\n1700121660 nginx 812 845\n",
    ])
  func loops(text: String) {
    let upload = decode(text).upload
    #expect(upload?.format == .countLoop)
    #expect(upload?.outline == ["nginx(812)=840,845"])
    #expect(
      upload?.series.first?.samples.map(\.time.milliseconds) == [
        1_700_121_600_000, 1_700_121_660_000,
      ])
  }

  @Test("listings of /proc are counted")
  func listings() {
    let descriptor = "lrwx------ 1 root root 64 Nov 16 08:00 3 -> /dev/null\n"
    let text =
      "Thu Nov 16 08:00:00 UTC 2023\n/proc/812/fd:\ntotal 0\n\(descriptor)\(descriptor)"
      + "Thu Nov 16 08:01:00 UTC 2023\n/proc/812/fd:\ntotal 0\n\(descriptor)"
    let upload = decode(text).upload
    #expect(upload?.outline == ["PID 812(812)=2,1"])
    #expect(upload?.series.first?.resource == .fileDescriptors)
  }
}
