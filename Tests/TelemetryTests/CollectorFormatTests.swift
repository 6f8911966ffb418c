import Handles
import Telemetry
import Testing

/// Prometheus' formats, line protocol and OTLP in JSON.
@Suite("Formats of collectors")
struct CollectorFormatTests {
  @Test(
    "Prometheus' text format and OpenTelemetry's JSON are taken",
    arguments: [
      (#"windows_process_handles{process="a\\b\"c",process_id="7"} 1"#, [#"a\b"c(7)=1"#]),
      (#"windows_process_handle_count { process = "P" , host = "H" , } 1 5"#, ["H/P=1"]),
      (#"wmi_process_handle_count{process="P",instance="[::1]:9182"} 1"#, ["[::1]/P=1"]),
      (#"wmi_process_handle_count{process="P",instance="fe80::1:2"} 1"#, ["fe80::1:2/P=1"]),
      (#"process_open_fds{job="node",instance="h:9100"} 9"#, ["h/node=9"]),
      // Of two labels that say one thing the first of their kind counts, in whatever order they come.
      (
        #"windows_process_handles{hostname="b",host="a",process="P",groupname="Q",pid="2","#
          + #"process_id="1"} 5"#, ["a/P(1)=5"]
      ),
      (
        #"windows_process_handles{host="a",hostname="b",groupname="Q",process="P",process_id="1","#
          + #"pid="2"} 5"#, ["a/P(1)=5"]
      ),
      (#"windows_process_handles{instance="c",hostname="b",host="",process="P"} 5"#, ["b/P=5"]),
      (#"namedprocess_namegroup_open_filedesc{groupname="bash"} 4"#, ["bash=4"]),
      (#"windows_process_handles{"a.b"="x}",process="P"} 1.0 # {a="b"} 1"#, ["P=1"]),
      // A stale mark is a gap, and so is what stands for no process.
      (
        "windows_process_handles{process=\"P\"} NaN 1\nwindows_process_handles{process=\"P\"} 2 1\n"
          + "windows_process_handles{process=\"Idle\"} 3 1", ["P=2"]
      ),
    ])
  func takes(text: String, outline: [String]) {
    let result = decode(text + "\n", "text/plain; version=0.0.4")
    #expect(result.upload?.outline == outline, "\(String(describing: result.error))")
    #expect(result.upload?.rejected == [])
  }

  @Test("bad samples are rejected one by one")
  func rejectsSamplesOneByOne() {
    let head = #"windows_process_handles{process="P"}"#
    let lines = [
      "\(head) 1 0", "\(head) -1", "\(head) 1.5", "\(head) +Inf", "\(head) x", "\(head)",
      "\(head) 1 x", "\(head) 1 1 1", #"windows_process_handles{process="P} 1"#,
      "windows_process_handles{process=P} 1", "windows_process_handles 1", "nonsense", "go_x{ 1",
    ]
    let upload = decode(lines.joined(separator: "\n"), "text/plain; version=0.0.4").upload
    #expect(upload?.outline == ["P=1"])
    #expect(upload?.rejected.map(\.line) == Array(2...11))
  }

  /// Milliseconds and seconds, whatever the content type.
  @Test(
    "a time's unit follows from its size",
    arguments: ["1700000000000", "1700000000", "1700000000.000", "1.7e9", "1.7e+12"])
  func sizesOfTimes(time: String) {
    for type in [nil, "application/openmetrics-text", "text/plain; version=0.0.4"] {
      let upload = decode("windows_process_handles{process=\"P\"} 1 \(time)\n# EOF\n", type).upload
      #expect(upload?.series.first?.samples.first?.time == receipt)
      #expect(upload?.format == .openMetrics || type?.hasPrefix("text") == true)
    }
  }

  @Test("a metric describes its host", arguments: ["fixlevel_host_info", "windows_os_info"])
  func describesTheHost(metric: String) {
    let text = """
      \(metric){product="windows-nt-server-4.0",service_pack=""} 1
      process_open_fds{job="P"} 1
      """
    let upload = decode(text).upload
    #expect(upload?.host.product == "windows-nt-server-4.0")
    #expect(upload?.host.servicePack == "")
  }

  /// Parts of a long text, each with its own lines, are one upload.
  @Test("parts are joined")
  func partsAreJoined() throws {
    let lines = (0..<300).map { index in
      index % 50 == 0
        ? "windows_process_handles{process=\"P\"} x\n"
        : "windows_process_handles{process=\"P\(index % 3)\"} \(index) \(1_700_000_000_000 + index)\n"
    }
    let bytes = Array(lines.joined().utf8)
    let middle = try #require(bytes[6_000...].firstIndex(of: UInt8(ascii: "\n"))) + 1
    var decoder = try TelemetryDecoder()
    try decoder.feed(Array(bytes[..<middle]).span)
    var fork = try #require(decoder.fork())
    try fork.feed(Array(bytes[middle...]).span)
    let isJoined = decoder.join(fork)
    #expect(isJoined)
    #expect(try decoder.finish() == decode(bytes).upload)
  }

  @Test(
    "line protocol is taken",
    arguments: [
      (#"win_proc,instance=a\ b\,c,host=H Handle_Count=5u 1000000"#, ["H/a b,c=5"]),
      ("m,instance=P Handle\\ Count=5,x=\"a,b=c d\" 1000000", ["P=5"]),
      ("win_proc,instance=_Total Handle_Count=5\nwin_proc,instance=P Handle_Count=6", ["P=6"]),
    ])
  func takesLineProtocol(text: String, outline: [String]) {
    #expect(decode(text).upload?.format == .influx)
    #expect(decode(text).upload?.outline == outline)
  }

  @Test("bad lines of line protocol are rejected")
  func rejectsLinesOfLineProtocol() {
    let lines = [
      "win_proc,instance=P Handle_Count=5 1000000", "win_proc,instance=P Handle_Count=x",
      "win_proc Handle_Count=5", "win_proc,instance=P Handle_Count=5 x", "win_proc,instance=P",
      "win_proc,instance=P Handle_Count=5 1e9", "win_mem Available=5", "# comment",
    ]
    let upload = decode(lines.joined(separator: "\n")).upload
    #expect(upload?.outline == ["P=5"])
    #expect(upload?.rejected.map(\.line) == [2, 3, 4, 5, 6])
    #expect(upload?.series.first?.samples.first?.time == Timestamp(milliseconds: 1))
  }

  /// Members of a request come in any order; the resource and the names may be last.
  @Test("OpenTelemetry's members may come in any order")
  func takesOTLPInAnyOrder() {
    let text = """
      {"resourceMetrics":[{"scopeMetrics":[{"metrics":[
        {"gauge":{"dataPoints":[{"asInt":5,"attributes":[
          {"value":{"intValue":"7"},"key":"process.pid"}]},{"asInt":6,"flags":1}]},
         "name":"process.handles"},
        {"gauge":{"dataPoints":[{"asDouble":0.5}]},"name":"other"},
        {"sum":{"dataPoints":[{"asInt":1}],"aggregationTemporality":1},"name":"process.handles"},
        {"name":"process.handles","gauge":{"dataPoints":[{"asDouble":1.5}]}}]}],
       "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"S"}},
         {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"x"}]}}}]}}]}
      """
    let upload = decode(text).upload
    #expect(upload?.format == .otlpJSON)
    #expect(upload?.outline == ["S(7)=5"])
    #expect(
      upload?.reasons == [
        "6: a sum with delta temporality: handles are counted, not added up",
        "7: a number with a fraction",
      ])
  }

  @Test("all points of a bad resource are rejected")
  func rejectsAllPointsOfAResource() {
    let text = """
      {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"process.handles",
        "gauge":{"dataPoints":[{"asInt":5},{"asInt":6},{"asInt":7}]}}]}],
        "resource":{"attributes":[{"key":"host.name","value":{"stringValue":"a\\u0001b"}}]}},
       {"scopeMetrics":[{"metrics":[{"name":"process.handles",
        "gauge":{"dataPoints":[{"asInt":5}]}}]}],
        "resource":{"attributes":[{"key":"process.name","value":{"stringValue":"P"}}]}}]}
      """
    let upload = decode(text).upload
    #expect(upload?.outline == ["P=5"])
    #expect(upload?.rejected.count == 1 && upload?.rejectedCount == 3)
  }

  @Test(
    "OpenTelemetry's JSON that is damaged is refused",
    arguments: [
      #"{"resourceMetrics":5}"#, #"{"resourceMetrics":[]}"#, #"{"resourceMetrics":[{}]"#,
      #"{"resourceMetrics":[[{}]]}"#,
    ])
  func refusesOTLP(text: String) {
    #expect(decode(text).error?.kind == .malformed)
  }
}
