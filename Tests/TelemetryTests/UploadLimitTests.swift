import Handles
import Telemetry
import Testing

/// What an upload says besides the counts: limits, what is counted, and on what kind of system.
@Suite("Limits and evidence in uploads")
struct UploadLimitTests {
  private func limits(_ upload: TelemetryUpload?) -> [String] {
    upload?.series.map { one in
      "\(one.process) \(one.resource.rawValue) \(one.limit.map { "\($0)" } ?? "none")"
    } ?? []
  }

  @Test("process_max_fds and its kin are limits of the series with the same labels")
  func prometheus() {
    let text = """
      # TYPE process_open_fds gauge
      process_open_fds{job="pay",instance="a:1"} 180 1790000000000
      process_max_fds{job="pay",instance="a:1"} 4096 1790000000000
      process_max_fds{job="web",instance="a:1"} 1024 1790000000000
      process_open_fds{job="web",instance="a:1"} 12 1790000000000
      process_open_fds{job="pay",instance="a:1"} 183 1790000300000
      process_max_fds{job="pay",instance="a:1"} 1.024e+03 1790000300000
      process_max_fds{job="none",instance="a:1"} 1024 1790000000000
      process_open_fds{job="free",instance="a:1"} 1 1790000000000
      process_max_fds{job="free",instance="a:1"} 1.8446744073709552e+19 1790000000000
      process_files_open_files{job="jvm",instance="a:1"} 9 1790000000000
      process_files_max_files{job="jvm",instance="a:1"} 1048576 1790000000000
      procstat_num_fds{process_name="nginx",pid="7",host="a"} 5 1790000000000
      procstat_rlimit_num_fds_hard{process_name="nginx",pid="7",host="a"} 9999 1790000000000
      procstat_rlimit_num_fds_soft{process_name="nginx",pid="7",host="a"} 512 1790000000000
      windows_process_handles{process="x",process_id="4",instance="b"} 5 1790000000000
      windows_process_handles_limit{process="x",process_id="4",instance="b"} 60000 1790000000000

      """
    let upload = decode(text).upload
    #expect(
      limits(upload) == [
        "pay file_descriptors 1024", "web file_descriptors 1024", "free file_descriptors none",
        "jvm file_descriptors 1048576", "nginx file_descriptors 512", "x handles 60000",
      ])
    #expect(upload?.rejectedCount == 0)
    #expect(upload?.evidence.first == .hard("process_open_fds is a metric of Unix processes"))
    #expect(upload?.evidence.contains(.soft("windows_exporter needs a later Windows")) == true)
  }

  @Test("forks keep limits and evidence")
  func forks() throws {
    let line = { (name: String, value: Int, second: Int) in
      "\(name){job=\"pay\",instance=\"a:1\"} \(value) \(1_790_000_000_000 + second * 1_000)\n"
    }
    let head = (0..<20).map { line("process_open_fds", $0, $0) }.joined()
    let tail = line("process_max_fds", 1_024, 30) + line("process_open_fds", 31, 31)
    var decoder = try TelemetryDecoder()
    try decoder.feed(Array(head.utf8).span)
    var fork = try #require(decoder.fork())
    try fork.feed(Array(tail.utf8).span)
    let joined = decoder.join(fork)
    #expect(joined)
    let upload = try decoder.finish()
    #expect(limits(upload) == ["pay file_descriptors 1024"])
    #expect(upload == decode(head + tail).upload)
  }

  @Test("other formats")
  func otherFormats() {
    let json = """
      {"series":[{"process":"A","resource":"gdi_objects","limit":10000,"samples":[[0,1]]},
       {"process":"A","samples":[[0,2]]},{"process":"B","limit":"512","samples":[[0,3]]}]}
      """
    #expect(
      limits(decode(json).upload) == ["A gdi_objects 10000", "A handles none", "B handles 512"])
    let lines = """
      {"process":"A","at":0,"handles":1,"limit":1024,"resource":"file_descriptors"}
      {"process":"A","at":1,"handles":2,"resource":"sockets"}
      """
    let ndjson = decode(lines).upload
    #expect(limits(ndjson) == ["A file_descriptors 1024"])
    #expect(ndjson?.reasons.first?.contains("not one of handles, gdi_objects") == true)
    let influx =
      "procstat,host=h,process_name=nginx,pid=7 num_fds=12i,rlimit_num_fds_soft=1024i 1790000000000000000\n"
    #expect(limits(decode(influx).upload) == ["nginx file_descriptors 1024"])
    #expect(decode(influx).upload?.outline == ["h/nginx(7)=12"])
    let csv = "time,process,GDI Objects\n0,P,9000\n"
    #expect(limits(decode(csv).upload) == ["P gdi_objects none"])
    let pdh = #"""
      (PDH-CSV 4.0) (X)(0),\\H\Process(P)\GDI Objects,\\H\Process(P)\Handle Count,\\H\Process(P)\ID Process
      03/25/1999 10:00:00.000,9000,55,7
      """#
    #expect(limits(decode(pdh).upload) == ["P gdi_objects none", "P handles none"])
    #expect(decode(pdh).upload?.outline == ["H/P(7)=9000", "H/P(7)=55"])
  }

  @Test("OTLP")
  func otlp() {
    let metric = { (name: String, value: Int) in
      #"""
      {"gauge":{"dataPoints":[{"timeUnixNano":"1700000000000000000","asInt":"\#(value)"}]},"name":"\#(name)"}
      """#
    }
    let text = #"""
      {"resourceMetrics":[{"resource":{"attributes":[
        {"key":"process.executable.name","value":{"stringValue":"nginx"}}]},
       "scopeMetrics":[{"metrics":[\#(metric("process.unix.file_descriptor.limit", 1_024)),
        \#(metric("process.unix.file_descriptor.count", 12))]}]}]}
      """#
    let upload = decode(text).upload
    #expect(limits(upload) == ["nginx file_descriptors 1024"])
    #expect(upload?.outline == ["nginx=12"])
    #expect(upload?.evidence.count == 1)
  }

  @Test("what can't be Windows NT 4.0")
  func evidence() {
    let later =
      #"windows_os_info{product="Microsoft Windows Server 2019",version="10.0.17763",instance="h"} 1"#
    let count = #"windows_process_handles{process="P",process_id="4",instance="h"} 5 1790000000000"#
    #expect(
      decode(later + "\n" + count + "\n").upload?.evidence == [
        .hard("windows_os_info says version 10.0.17763"),
        .soft("windows_exporter needs a later Windows"),
      ])
    let versioned = #"""
      (PDH-CSV 4.0) (X)(0),\\H\Process V2(P:77)\Handle Count
      03/25/1999 10:00:00.000,5
      """#
    #expect(
      decode(versioned).upload?.evidence == [
        .hard("the counter object Process V2 came with Windows 11")
      ])
    #expect(decode(Samples.influx).upload?.evidence == [.soft("Telegraf needs a later Windows")])
    #expect(decode(Samples.csv).upload?.evidence == [])
    #expect(decode(Samples.pdhCSV).upload?.evidence == [])
  }
}
