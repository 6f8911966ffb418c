import Telemetry

/// A log of fifty minutes in each format that has times, from 500 handles to 941.
enum FormatLogs {
  struct Minute {
    var index: Int

    var count: Int { 500 + index * 9 }
    var seconds: Int { 1_700_121_600 + index * 60 }
    var clock: String { "08:\(index < 10 ? "0" : "")\(index):00" }
    var rfc3339: String { "2023-11-16T\(clock)Z" }
    var local: String { "11/16/2023 \(clock)" }
  }

  static let minutes = (0..<50).map { Minute(index: $0) }

  private static func lines(
    _ head: String = "", _ tail: String = "", separator: String = "", _ line: (Minute) -> String
  ) -> String {
    head + minutes.map(line).joined(separator: separator) + tail
  }

  private static let psListHeader =
    "Process information for H:\n\nName Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time\n"
  private static let processHeader =
    "Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName\n"
    + "-------  ------    -----      -----     ------     --  -- -----------\n"
  private static let prometheusLabels =
    #"{"__name__":"windows_process_handles","instance":"H:9182","process":"P"}"#

  static let all: [(format: TelemetryFormat, text: String)] = windows + collectors + unix

  private static let windows: [(format: TelemetryFormat, text: String)] = [
    (
      .pdhCSV,
      lines("C:\\>typeperf x\r\n\r\n\"(PDH-CSV 4.0)\",\"\\\\H\\Prozess(P)\\Handleanzahl\"\r\n") {
        "\"\($0.local).000\",\"\($0.count).000000\"\r\n"
      }
    ),
    (
      .psList,
      lines { "Thu \($0.local)\n\n\(psListHeader)P 7 8 4  \($0.count)   9 0:0:1 3:25:10\n\n" }
    ),
    (
      .handleSummary,
      lines { "\($0.local)\nHandle type summary:\n  Key : 7\nTotal handles: \($0.count)\n\n" }
    ),
    (
      .processList,
      lines { minute in
        let row = "    \(minute.count)      10     2048       4096       1.44    212   1 P"
        return "\(minute.rfc3339)\n\n\(processHeader)\(row)\n"
      }
    ),
    (
      .propertyList,
      lines { "\($0.local)\r\r\n\r\r\nHandleCount=\($0.count)\r\r\nName=P\r\r\nProcessId=7\r\r\n" }
    ),
    (
      .wmic,
      lines { "\($0.local)\r\r\nNode,HandleCount,Name,ProcessId\r\r\nH,\($0.count),P,7\r\r\n" }
    ),
    (
      .exportCSV,
      lines("#TYPE Selected.System.Diagnostics.Process\nName;Id;Handles;Time\n") {
        "P;7;\($0.count);16.11.2023 \($0.clock)\n"
      }
    ),
    (
      .getCounter,
      lines("Timestamp                 CounterSamples\n---------                 --------------\n")
      {
        "\($0.local)       \\\\h\\process(p)\\handle count :\n      \($0.count)\n\n"
      }
    ),
    (
      .counterSamples,
      lines("\"Path\",\"CookedValue\",\"Timestamp\"\n") {
        "\"\\\\h\\process(p)\\handle count\",\"\($0.count)\",\"\($0.local)\"\n"
      }
    ),
    (
      .powerShellJSON,
      lines("[", "]", separator: ",") {
        #"{"Name":"P","Id":7,"Handles":\#($0.count),"Time":"\/Date(\#($0.seconds)000)\/"}"#
      }
    ),
  ]

  private static let collectors: [(format: TelemetryFormat, text: String)] = [
    (
      .prometheusJSON,
      lines(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":"#
          + prometheusLabels
          + #","values":["#, "]}]}}", separator: ","
      ) { #"[\#($0.seconds),"\#($0.count)"]"# }
    ),
    (
      .grafanaCSV,
      lines("\"Time\",\"{process=\"\"P\"\", instance=\"\"H:9182\"\"}\"\n") {
        "\($0.seconds)000,\($0.count)\n"
      }
    ),
    (
      .influx,
      lines { "> win_proc,host=H,instance=P Handle_Count=\($0.count) \($0.seconds)000000000\n" }
    ),
    (
      .influxCSV,
      lines("#group,false,false\n,result,table,_time,_value,_field,host,instance\n") {
        ",,0,\($0.rfc3339),\($0.count),Handle_Count,H,P\n"
      }
    ),
    (
      .telegrafJSON,
      lines {
        #"{"fields":{"Handle_Count":\#($0.count)},"tags":{"host":"H","instance":"P"},"#
          + #""timestamp":\#($0.seconds)}"# + "\n"
      }
    ),
    (
      .elastic,
      lines {
        #"{"@timestamp":"\#($0.rfc3339)","host":{"name":"H"},"process":{"name":"P"},"system":"#
          + #"{"process":{"fd":{"open":\#($0.count)}}}}"# + "\n"
      }
    ),
    (
      .osquery,
      lines {
        #"{"snapshot":[{"name":"P","handle_count":"\#($0.count)"}],"hostIdentifier":"H","#
          + #""unixTime":\#($0.seconds)}"# + "\n"
      }
    ),
    (
      .otlpJSON,
      lines {
        #"{"resourceMetrics":[{"resource":{},"scopeMetrics":[{"metrics":[{"name":"process.handles","#
          + #""gauge":{"dataPoints":[{"attributes":[{"key":"instance","value":{"stringValue":"P"}}],"#
          + #""timeUnixNano":"\#($0.seconds)000000000","asInt":"\#($0.count)"}]}}]}]}]}"# + "\n"
      }
    ),
  ]

  private static let unix: [(format: TelemetryFormat, text: String)] = [
    (
      .lsof,
      lines { minute in
        let rows = (0..<minute.count).map {
          "P 7 root  \($0)u   CHR    1,3      0t0    6 /dev/null\n"
        }
        return
          "Thu Nov 16 \(minute.clock) UTC 2023\nCOMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n"
          + rows.joined()
      }
    ),
    (.countLoop, lines { "Thu Nov 16 \($0.clock) UTC 2023\n/proc/7/fd \($0.count)\n" }),
    (
      .handleList,
      lines { minute in
        let row = "   4C: Key           HKLM\\SOFTWARE\\A\n"
        return "\(minute.local)\nP pid: 7 H\\operator\n"
          + String(repeating: row, count: minute.count)
      }
    ),
  ]
}
