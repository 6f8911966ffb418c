import Handles
import Telemetry
import Testing

/// Which rows are of the same process.
@Suite("Which process a count belongs to")
struct IdentityTests {
  private static let zone = "(PDH-CSV 4.0) (X)(0)"

  /// A log with the counters of so many instances; nil is a blank cell.
  private static func log(
    instances: Int, withPIDs: Bool, _ rows: [[(handles: Int, pid: Int)?]]
  ) -> String {
    let names = (0..<instances).map { $0 == 0 ? "svc" : "svc#\($0)" }
    var lines = [[zone] + names.map { #"\\H\Process(\#($0))\Handle Count"# }]
    if withPIDs { lines[0] += names.map { #"\\H\Process(\#($0))\ID Process"# } }
    for (minute, row) in rows.enumerated() {
      let time =
        "03/25/1999 \(10 + minute / 60):\(10 + minute % 60 / 2):\(minute % 2 * 30 + 10).000"
      var cells = row.map { $0.map { "\($0.handles)" } ?? " " }
      cells += Array(repeating: " ", count: instances - row.count)
      if withPIDs {
        cells += row.map { $0.map { "\($0.pid)" } ?? " " }
        cells += Array(repeating: " ", count: instances - row.count)
      }
      lines.append([time] + cells)
    }
    return lines.map { $0.map { "\"\($0)\"" }.joined(separator: ",") }.joined(separator: "\r\n")
  }

  /// Three processes; the first ends, then another begins, then the second ends.
  private static let drifting: [[(handles: Int, pid: Int)?]] = [
    [(300, 10), (5_000, 20), (90, 30)], [(301, 10), (5_012, 20), (91, 30)],
    [(5_024, 20), (90, 30)], [(5_036, 20), (91, 30)],
    [(5_048, 20), (90, 30), (700, 40)], [(5_060, 20), (91, 30), (700, 40)],
    [(92, 30), (701, 40)], [(90, 30), (702, 40)],
  ]

  @Test("a PID is a process, whatever its number is at the moment")
  func pidsAreProcesses() {
    let upload = decode(Self.log(instances: 3, withPIDs: true, Self.drifting)).upload
    #expect(
      upload?.outline == [
        "H/svc(10)=300,301", "H/svc(20)=5000,5012,5024,5036,5048,5060",
        "H/svc(30)=90,91,90,91,90,91,92,90", "H/svc(40)=700,700,701,702",
      ])
    #expect(upload?.notes == [])
  }

  @Test("in JSON, NDJSON and line protocol too")
  func pidsInOtherFormats() {
    let json = #"""
      {"series":[{"process":"P","instance":2,"pid":7,"samples":[[0,1]]},
       {"process":"P","instance":1,"pid":7,"samples":[[60,2]]},
       {"process":"P","instance":1,"samples":[[60,2]]}]}
      """#
    #expect(decode(json).upload?.outline == ["P(7)=1,2", "P#1=2"])
    let lines = """
      win_proc,host=H,instance=P#2 Handle_Count=1,ID_Process=7 1581413520000000000
      win_proc,host=H,instance=P#1 Handle_Count=2,ID_Process=7 1581413530000000000
      """
    #expect(decode(lines).upload?.outline == ["H/P(7)=1,2"])
    // Windows shows PID 0 for a process that has just ended.
    let zero = #"{"series":[{"process":"P","instance":2,"pid":0,"samples":[[0,1]]}]}"#
    #expect(decode(zero).upload?.outline == ["P#2(0)=1"])
  }

  @Test("without PIDs, levels tell which number a process has next")
  func numbersMove() {
    let upload = decode(Self.log(instances: 3, withPIDs: false, Self.drifting)).upload
    let counts = Set(upload?.series.map { $0.samples.map(\.handles) } ?? [])
    #expect(
      counts == [
        [300, 301], [5_000, 5_012, 5_024, 5_036, 5_048, 5_060], [90, 91, 90, 91, 90, 91, 92, 90],
        [700, 700, 701, 702],
      ])
    // Those that run are called as they were last.
    #expect(upload?.series.first { $0.instance == 0 }?.samples.last?.handles == 90)
    #expect(upload?.series.first { $0.instance == 1 }?.samples.last?.handles == 702)
    #expect(Set(upload?.series.map(\.instance) ?? []).count == 4)
    #expect(upload?.notes.first?.contains("The numbers behind svc# moved") == true)
  }

  @Test("numbers that stand behind the name move too")
  func writtenNumbersMove() {
    let upload = decode(
      """
      {"series":[{"process":"P","samples":[[0,300],[60,300],[120,301]]},
       {"process":"P#1","samples":[[0,600],[60,600],[120,2200]]},
       {"process":"P#2","samples":[[0,2175],[60,2188]]}]}
      """
    ).upload
    #expect(upload?.outline == ["P=300,300,301", "P#1=2175,2188,2200", "P#3=600,600"])
    #expect(upload?.notes.count == 1)
  }

  @Test("in parts that are stored one by one they are left as they are")
  func storedAsNamed() throws {
    var options = UploadOptions()
    options.followsInstances = false
    let text = Self.log(instances: 3, withPIDs: false, Self.drifting)
    let upload = try TelemetryDecoder.decode(Array(text.utf8), options: options)
    #expect(upload.series.map(\.instance) == [0, 1, 2])
    #expect(upload.series[0].samples.count == 8)
  }

  @Test("the last one ends, a count is missing, all restart at once: nothing moved")
  func numbersStay() {
    let cases: [[[(handles: Int, pid: Int)?]]] = [
      [[(300, 1), (900, 2)], [(301, 1), (901, 2)], [(302, 1)], [(301, 1)]],
      [[(300, 1), (900, 2), (50, 3)], [(301, 1), nil, (51, 3)], [(302, 1), (902, 2), (50, 3)]],
      [
        [(900, 1), (905, 2), (910, 3)], [(901, 1), (906, 2), (911, 3)],
        [(100, 4), (101, 5), (99, 6)],
      ],
      [[(300, 1), (900, 2)], [(301, 1), (901, 2)], [(600, 1), (902, 2)], [(601, 1), (903, 2)]],
    ]
    for rows in cases {
      let upload = decode(Self.log(instances: 3, withPIDs: false, rows)).upload
      #expect(upload?.notes == [], "\(rows)")
      for (instance, one) in (upload?.series ?? []).enumerated() {
        #expect(
          one.samples.map(\.handles)
            == rows.compactMap { row in
              instance < row.count ? row[instance].map { Int64($0.handles) } : nil
            })
      }
    }
  }

  @Test("nothing is lost, whatever the numbers do")
  func randomNumbers() {
    for seed in 0..<200 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      var processes = (0..<Int.random(in: 1...6, using: &random)).map { index in
        (handles: Int.random(in: 10...9_000, using: &random), pid: index + 1)
      }
      let rows = (0..<40).map { _ -> [(handles: Int, pid: Int)?] in
        if Int.random(in: 0..<8, using: &random) == 0, processes.count > 1 {
          processes.remove(at: Int.random(in: processes.indices, using: &random))
        }
        if Int.random(in: 0..<8, using: &random) == 0, processes.count < 6 {
          processes.append((Int.random(in: 10...9_000, using: &random), 100))
        }
        for index in processes.indices {
          processes[index].handles += Int.random(in: 0...9, using: &random)
        }
        return processes.map { process in
          Int.random(in: 0..<30, using: &random) == 0 ? nil : process
        }
      }
      let upload = decode(Self.log(instances: 6, withPIDs: false, rows)).upload
      let expected = rows.joined().compactMap { $0.map { Int64($0.handles) } }.sorted()
      let found = upload?.series.flatMap { $0.samples.map(\.handles) }.sorted()
      #expect(found == expected, "seed \(seed)")
      let instances = upload?.series.map(\.instance) ?? []
      #expect(Set(instances).count == instances.count, "seed \(seed)")
      for one in upload?.series ?? [] {
        #expect(zip(one.samples, one.samples.dropFirst()).allSatisfy { $0.time < $1.time })
      }
    }
  }

  @Test(
    "many processes of one name, at many times, cost no more than their samples",
    .timeLimit(.minutes(1)))
  func manyInstances() {
    let rows = (0..<60_000).map { "\($0),P,\($0 % 4_000)" }
    let json = (0..<4_000).map { instance in
      #"{"process":"P","instance":\#(instance),"samples":[[\#(instance),1],[\#(instance * 7 % 4_000 + 5_000),900]]}"#
    }
    #expect(decode(#"{"series":[\#(json.joined(separator: ","))]}"#).upload?.sampleCount == 8_000)
    #expect(
      decode("time,process,handles\n" + rows.joined(separator: "\n")).upload?.sampleCount == 60_000)
  }

  @Test("Windows' host names are the same in any case; others are as they are")
  func hostNames() {
    let rows = [
      [
        Self.zone, #"\\plc-07\Process(P)\Handle Count"#, #"\\PLC-07\Process(Q)\Handle Count"#,
        #"\\größe-ß\Process(Q)\Handle Count"#,
      ],
      ["03/25/1999 10:00:00.000", "1", "2", "3"],
    ]
    let log = rows.map { $0.joined(separator: ",") }.joined(separator: "\n")
    #expect(decode(log).upload?.outline == ["PLC-07/P=1", "PLC-07/Q=2", "GRÖßE-ß/Q=3"])
    let csv = "time,host,process,handles\n0,plc-07,P,1\n0,PLC-07,P,2\n"
    #expect(decode(csv).upload?.outline == ["plc-07/P=1", "PLC-07/P=2"])
  }
}
