import Telemetry
import Testing

/// Every hint that a refusal gives leads to a log that is read.
@Suite("Hints lead on")
struct HintTests {
  /// What `typeperf … -o log.csv` makes.
  private static let typeperf = """
    "(PDH-CSV 4.0)","\\\\H\\Process(P)\\Handle Count","\\\\H\\Process(P)\\ID Process"
    "11/16/2023 08:00:00.000","812","212"

    """
  /// What the loop of `Get-Process` makes.
  private static let exported = """
    "Time","Name","Id","Handles"
    "2023-11-16T08:00:00.0000000+01:00","P","212","812"
    "2023-11-16T08:01:00.0000000+01:00","P","212","815"

    """

  /// A list that can't be read, words of the hint, and what who follows it sends then.
  private static let lists: [(text: String, hint: String, next: String)] = [
    (
      "#TYPE X\n\"Timestamp\",\"CounterSamples\",\"Readings\"\n\"11/16/2023 8:00:00 AM\",\"X[]\",\"\"\n",
      "CounterSamples", MoreSamples.counterSamples
    ),
    (
      "\nImage Name                     PID Session Name        Session#    Mem Usage\n=== === ===\nEXTRA.EXE 212 Console 1 9,000 K\n",
      "typeperf", typeperf
    ),
    (
      "\"Abbildname\",\"PID\",\"Sitzungsname\"\n\"EXTRA.EXE\",\"212\",\"Console\"\n", "typeperf",
      typeperf
    ),
    (
      "\n NPM(K)    PM(M)      WS(M)     CPU(s)      Id  SI ProcessName\n ------    -----      -----     ------      --  -- -----------\n     27   145.48      78.28       1.44    2980   0 dockerd\n",
      "Export-Csv", exported
    ),
    (
      " Memory:  130544K Avail:   67260K  PageFlts:     0\n\n                Mem  Mem   Page   Flts Commit  Usage   Pri  Hnd Thd  Image\nCPU  CpuTime  Usage Diff   Faults Diff Charge NonP Page     Cnt Cnt  Name\n",
      "typeperf", typeperf
    ),
    (
      "Process\tCPU\tPrivate Bytes\tWorking Set\tPID\tDescription\nEXTRA.EXE\t\t1 K\t2 K\t212\tx\n",
      "typeperf",
      typeperf
    ),
    (
      "Name        ProcessId  WorkingSetSize\nEXTRA.EXE   212        9000\n", "HandleCount",
      "Thu 11/16/2023  8:00:00.12 \r\r\n\r\r\nNode,HandleCount,Name,ProcessId\r\r\nPLC-07,812,EXTRA.EXE,212\r\r\n"
        + "Thu 11/16/2023  8:01:00.12 \r\r\n\r\r\nNode,HandleCount,Name,ProcessId\r\r\nPLC-07,815,EXTRA.EXE,212\r\r\n"
    ),
    (
      "USER  PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1 0.0 0.0 1 1 ? Ss 08:00 0:00 init\n",
      "process=NAME", "Thu Nov 16 08:00:00 UTC 2023\n840\nThu Nov 16 08:01:00 UTC 2023\n841\n"
    ),
  ]

  @Test("lists that hold no counts", arguments: lists.indices)
  func unreadable(index: Int) throws {
    let (text, hint, next) = Self.lists[index]
    for type in [nil, "text/csv", "application/json"] {
      let error = decode(text, type).error
      #expect(error?.detail.hasPrefix("this is ") == true, "\(String(describing: error))")
      #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "")")
    }
    var options = UploadOptions()
    options.process = hint == "process=NAME" ? "NAME" : nil
    let upload = try TelemetryDecoder.decode(Array(next.utf8), options: options)
    #expect(upload.sampleCount > 0 && upload.rejected.isEmpty, "\(upload.rejected)")
  }

  @Test("every list that is refused has its case")
  func complete() {
    let refused = FormatTable.signs.compactMap { sign in
      if case .unreadable(let list) = sign.meaning { list.name } else { nil }
    }
    let details = Self.lists.compactMap { decode($0.text).error?.detail }
    for name in refused { #expect(details.contains { $0.contains(name) }, "\(name)") }
  }

  @Test(
    "files that are no text",
    arguments: [
      ([0x1F, 0x8B, 0x08, 0x00], "gzip"), ([0x50, 0x4B, 0x03, 0x04, 0x00], "zip"),
      (Array("ElfFile\0".utf8), "typeperf"), (Array("%PDF-1.4\0".utf8), "log"),
      ([0xFF, 0x00, 0x01], "relog"),
    ])
  func binaries(bytes: [UInt8], hint: String) {
    let error = decode(bytes).error
    #expect(error?.kind == .unsupported)
    #expect(
      error.map { $0.detail + ($0.hint ?? "") }?.contains(hint) == true,
      "\(String(describing: error))")
  }

  @Test(
    "a text of the wrong kind says what to send", arguments: ["<Objs Version=\"1.1\">", "<html>"])
  func markup(text: String) {
    let error = decode(text).error
    #expect(error?.kind == .unsupported && error?.hint?.contains("ConvertTo-Json") == true)
  }
}
