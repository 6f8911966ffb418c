import Handles
import Telemetry
import Testing

/// What collectors and databases write, beyond the samples.
@Suite("Rows of collectors")
struct CollectorRowTests {
  @Test("a line that is cut is left out, and the others are taken")
  func cutLines() {
    for text in [
      MoreSamples.elastic, MoreSamples.osquery, Samples.otlpJSON.replacing("\n", with: "") + "\n",
    ] {
      let whole = decode(text).upload
      let cut = decode(text + text.prefix(40) + "\n" + text).upload
      #expect(cut?.rejectedCount == 1)
      #expect(cut?.sampleCount == (whole?.sampleCount ?? 0) * 2)
      #expect(decode(text + text.prefix(40)).upload?.outline == whole?.outline)
    }
    // The first one, and an object over several lines, refuse the upload.
    #expect(decode("{\"@timestamp\":\n").error?.kind == .malformed)
    #expect(decode(MoreSamples.powerShellJSON.dropLast(20) + "").error?.kind == .malformed)
  }

  @Test("one object after another, on one line or several")
  func objects() {
    let object = #"{"Name":"EXTRA","Id":212,"Handles":812,"Time":"2023-11-16T08:00:0#Z"}"#
    let texts = ["\n", "", "\r\n\r\n"].map { separator in
      (0..<2).map { object.replacing("#", with: "\($0)") }.joined(separator: separator)
    }
    for text in texts { #expect(decode(text).upload?.outline == ["EXTRA(212)=812,812"]) }
    let twice = decode(
      object.replacing(#","Time":"2023-11-16T08:00:0#Z""#, with: "") + "\n"
        + object.replacing(#","Time":"2023-11-16T08:00:0#Z""#, with: ""))
    #expect(twice.error?.hint?.contains("Export-Csv") == true)
  }

  @Test("Get-Counter as JSON")
  func counters() {
    let text = #"""
      {"Timestamp":"\/Date(1700121600000)\/","CounterSamples":[
       {"Path":"\\\\plc-07\\process(extra#1)\\handle count","InstanceName":"extra","CookedValue":812.0},
       {"Path":"\\\\plc-07\\process(_total)\\handle count","InstanceName":"_total","CookedValue":900},
       {"Path":"\\\\plc-07\\memory\\available mbytes","InstanceName":"","CookedValue":5}],"Readings":"x"}
      """#
    let upload = decode(text).upload
    #expect(upload?.outline == ["PLC-07/extra#1=812"])
    #expect(upload?.series.first?.samples.first?.time.milliseconds == 1_700_121_600_000)
  }

  @Test("a search's answer")
  func hits() {
    let text = """
      {"took":1,"hits":{"total":{"value":2},"hits":[
       {"_source":{"@timestamp":"2023-11-16T08:00:00Z","process":{"name":"nginx","pid":8},"system":{"process":{"fd":{"open":5}}}}},
       {"_index":"x","fields":{"@timestamp":["2023-11-16T08:01:00Z"],"process.name":["nginx"],"process.pid":[8],"system.process.fd.open":[6]}}]}}
      """
    let upload = decode(text).upload
    #expect(upload?.format == .elastic)
    #expect(upload?.outline == ["nginx(8)=5,6"])
    #expect(upload?.series.first?.resource == .fileDescriptors)
  }

  @Test("limits come with counts")
  func limits() {
    #expect(decode(MoreSamples.elastic).upload?.series.first?.limit == 1_024)
    #expect(decode(MoreSamples.telegrafJSON).upload?.series.last?.limit == 1_024)
  }

  @Test("Telegraf's fields in other languages, and its prompt")
  func telegraf() {
    let line =
      "> win_proc,host=H,instance=EXTRA,objectname=Prozess Handleanzahl=812,Prozesskennung=212 1700121600000000000\n"
    #expect(decode(line).upload?.outline == ["H/EXTRA(212)=812"])
    let procstat =
      "> procstat,host=H,exe=nginx,pattern=x num_fds=9i,pid=80i,rlimit_num_fds_soft=1024i 1700121600000000000\n"
    let upload = decode(procstat).upload
    #expect(upload?.outline == ["H/nginx(80)=9"])
    #expect(upload?.series.first?.limit == 1_024)
    let prometheus =
      "win_proc_Handle_Count{host=\"H\",instance=\"svchost#2\",objectname=\"Process\"} 9 1700121600000\n"
    #expect(decode(prometheus).upload?.outline == ["H/svchost#2=9"])
  }

  @Test("Micrometer's files, by application")
  func micrometer() {
    let text = """
      process_files_open_files{application="orders",instance="h:8080",job="j"} 200 1700121600000
      process_files_max_files{application="orders",instance="h:8080",job="j"} 1024 1700121600000

      """
    let upload = decode(text).upload
    #expect(upload?.outline == ["h/orders=200"])
    #expect(upload?.series.first?.limit == 1_024)
  }

  @Test(
    "names of performance counters in OpenTelemetry",
    arguments: [
      ("process.handle.count", true), ("windows.process.handles", true), ("Handle Count", true),
      (#"\\Process(*)\\Handle Count"#, true), ("process_handle_count", true),
      ("gc.handle.count", false), ("process.thread.count", false), ("handle.errors", false),
    ])
  func counterNames(name: String, isTaken: Bool) {
    let text = """
      {"resourceMetrics":[{"resource":{"attributes":[]},"scopeMetrics":[{"metrics":[{"name":"\(name)","gauge":
       {"dataPoints":[{"attributes":[{"key":"instance","value":{"stringValue":"svchost#3"}}],
        "timeUnixNano":"1700121600000000000","asDouble":840},
        {"attributes":[{"key":"instance","value":{"stringValue":"_Total"}}],
        "timeUnixNano":"1700121600000000000","asDouble":9840}]}}]}]}]}
      """
    #expect(decode(text).upload?.outline == (isTaken ? ["svchost#3=840"] : nil))
  }

  @Test("Prometheus' other forms")
  func prometheus() {
    let labels = #"{"__name__":"process_open_fds","instance":"h:9100","job":"nginx"}"#
    let vector =
      #"{"status":"success","data":{"resultType":"vector","result":[{"metric":\#(labels),"value":[1700121600,"9"]}]}}"#
    let results = #"[{"metric":\#(labels),"values":[[1700121600,"9"],[1700121660,"10"]]}]"#
    let exported =
      #"{"metric":\#(labels),"values":[9,10],"timestamps":[1700121600000,1700121660000]}"# + "\n"
    #expect(decode(vector).upload?.outline == ["h/nginx=9"])
    for text in [results, exported + exported.replacing("9100", with: "9101")] {
      let upload = decode(text).upload
      #expect(upload?.format == .prometheusJSON)
      #expect(upload?.outline == ["h/nginx=9,10"] || upload?.outline == ["h/nginx=9,10,9,10"])
      #expect(upload?.series.first?.resource == .fileDescriptors)
    }
    let error = decode(#"{"status":"error","data":{"resultType":"matrix","result":[]}}"#).error
    #expect(error?.hint?.contains("query_range") == true)
  }

  @Test("Grafana's table, milliseconds and repeated headers")
  func grafana() {
    let table = """
      "Time","__name__","instance","job","process","process_id","Value"
      1700121600000,windows_process_handles,PLC-07:9182,win,EXTRA,212,812
      1700121660000,windows_process_handles,PLC-07:9182,win,EXTRA,212,815
      1700121660000,windows_process_threads,PLC-07:9182,win,EXTRA,212,3

      """
    #expect(decode(table).upload?.outline == ["PLC-07/EXTRA(212)=812,815"])
    #expect(decode(table).upload?.format == .grafanaCSV)
    let wide = MoreSamples.grafanaCSV.replacing("2023-11-06 08", with: "16.11.2023 08")
    let upload = decode("sep=,\n" + wide + "\n" + wide.replacing("EXTRA", with: "Q")).upload
    #expect(upload?.outline == ["PLC-07/EXTRA=812,1815", "PLC-07/Q=812,1815"])
    #expect(upload?.series.first?.samples.first?.time.description == "2023-11-16T08:00:00Z")
  }

  @Test(
    "other forms of the same tools",
    arguments: [
      (
        "\"Series\";\"Time\";\"Value\"\n\"{instance=\"\"H:9182\"\",process=\"\"P\"\"}\";\"2023-11-16T08:00:00Z\";5\n",
        TelemetryFormat.grafanaCSV
      ),
      ("name,time,Handle_Count,host,instance\nwin_proc,1700121600000000000,5,H,P\n", .influxCSV),
      (
        "TimeGenerated [UTC],Computer,ObjectName,CounterName,InstanceName,CounterValue\n"
          + "\"11/16/2023, 8:00:00.000 AM\",H,Process,Handle Count,P,5\n", .counterSamples
      ),
      (#"[{"time":"2023-11-16T08:00:00Z","host":"H","process":"P","handles":5}]"#, .powerShellJSON),
      (
        #"{"@timestamp":"2023-11-16T08:00:00Z","host":{"name":"H"},"windows":{"perfmon":{"instance":"P","#
          + #""metrics":{"handle_count":5}}}}"#, .elastic
      ),
    ])
  func otherForms(text: String, format: TelemetryFormat) {
    let upload = decode(text).upload
    #expect(upload?.format == format, "\(String(describing: decode(text).error))")
    #expect(upload?.outline == ["H/P=5"])
    #expect(upload?.series.first?.samples.first?.time.milliseconds == 1_700_121_600_000)
  }

  @Test("an answer without what is counted says what is")
  func nothingCounted() {
    let texts = [
      #"{"@timestamp":"2023-11-16T08:00:00Z","system":{"cpu":{"cores":2}}}"#,
      #"{"fields":{"x":1},"name":"mem","tags":{"host":"H"},"timestamp":1700121600}"#,
      #"{"snapshot":[{"name":"x"}],"hostIdentifier":"H","unixTime":1700121600}"#,
      "go_goroutines 12\n", "mem,host=H free=1 1700121600000000000\n",
    ]
    for text in texts {
      let error = decode(text).error
      #expect(error?.detail.contains("it was read as") == true)
      #expect(error?.hint?.contains("Each row needs") == false, "\(error?.hint ?? "")")
    }
  }
}
