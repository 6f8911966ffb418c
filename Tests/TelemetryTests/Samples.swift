import Telemetry

/// A small upload of each format, as its tool writes it.
enum Samples {
  static let json = #"{"series":[{"process":"P","samples":[[0,1]]}]}"#
  static let ndjson = """
    {"host":"PLC-07","process":"EXTRA","pid":212,"at":"1999-03-01T08:00:00Z","handles":812}\r
    \r
    {"host":"PLC-07","process":"EXTRA","pid":212,"at":"1999-03-01T08:01:00Z","handles":815}
    """
  static let csv = "time,process,handles\n0,P,1\n"
  static let pdhCSV =
    #""(PDH-CSV 4.0) (X)(0)","\Process(P)\Handle Count""# + "\n\"01/01/1970 00:00:00\",\"1\"\n"
  static let pdhTSV =
    "\"(PDH-TSV 4.0) (X)(0)\"\t\"\\Process(P)\\Handle Count\"\n\"01/01/1970 00:00:00\"\t\"1\"\n"
  static let performanceMonitor = """
    Reported on \\\\PLC-07\r
    Date: 3/1/99\r
    Time: 8:00:10 AM\r
    Data: Current Activity\r
    Interval: 5.000 seconds\r
    \r
    ,,Handle Count,% Processor Time,Handle Count\r
    ,,EXTRA,0,SPOOLSS\r
    ,,,,\r
    ,,Process,Processor,Process\r
    ,,\\\\PLC-07,\\\\PLC-07,\\\\PLC-07\r
    Date,Time,,,\r
    3/1/99,8:00:00 AM,     812.000,      3.125,      59.000\r
    3/1/99,8:00:05 PM,     815.000,      3.125,\r

    """
  static let exportCSV = """
    #TYPE System.Diagnostics.Process\r
    "Name","SI","Handles","Product","HandleCount","Id","MachineName"\r
    "EXTRA","1","812","Extra!","812","212","."\r
    "Idle","0","0",,"0","0","."\r

    """
  static let wmic =
    "\r\r\nNode,HandleCount,Name,ProcessId\r\r\nPLC-07,812,EXTRA.EXE,212\r\r\n"
    + "PLC-07,59,SPOOLSS.EXE,80\r\r\n"
  static let handleSummary = """

    Nthandle v4.22 - Handle viewer\r
    Sysinternals\r
    \r
    Handle type summary:\r
      Event           : 91\r
      Key             : 4\r
      Key             : 3\r
    Total handles: 238\r

    """
  static let psList = """

    PsList v1.4 - Process information lister\r
    \r
    Process information for PLC-07:\r
    \r
    Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time\r
    Idle                  0   0   2    0      0     0:22:47.046     0:12:14.875\r
    EXTRA               212   8   4  812   1024     0:00:01.281     3:25:10.000\r
    Two words here       80   8   6   59    700     0:00:00.100     3:25:10.000\r

    """
  static let prometheus = """
    # HELP windows_process_handles Total number of handles the process has open.
    # TYPE windows_process_handles gauge
    windows_process_handles{instance="PLC-07:9182",process="EXTRA",process_id="212"} 812 1700000000000
    go_goroutines{instance="PLC-07:9182"} 12 1700000000000
    windows_process_handles{process="SPOOLSS",process_id="80",host="PLC-07",instance="x"} 5.9e+01

    """
  static let openMetrics = """
    # TYPE windows_process_handles gauge
    # UNIT windows_process_handles handles
    windows_process_handles{instance="PLC-07",process="EXTRA",process_id="212"} 812.0 1.700000000123e+09
    http_seconds_bucket{le="1"} 8 1700000000 # {trace_id="a b"} 0.67 1700000000
    # EOF

    """
  static let influx = """
    win_proc,host=PLC-07,instance=EXTRA,objectname=Process Handle_Count=812 1581413520000000000
    win_mem,host=PLC-07 Available_Bytes=1024i 1581413520000000000
    win_proc,instance=EXTRA#1,host=x,source=PLC-08 Handle_Count=9i,ID_Process=7,n="a b" 1581413520000000000

    """
  static let otlpJSON = """
    {"resourceMetrics":[{"resource":{"attributes":[
      {"key":"host.name","value":{"stringValue":"PLC-07"}},
      {"key":"process.executable.name","value":{"stringValue":"EXTRA"}},
      {"key":"process.pid","value":{"intValue":"212"}}]},
     "scopeMetrics":[{"scope":{"name":"x"},"metrics":[
      {"name":"process.windows.handle.count","unit":"{handle}","sum":{"isMonotonic":false,
       "aggregationTemporality":2,"dataPoints":[
        {"timeUnixNano":"1700000000000000000","asInt":"812"},
        {"timeUnixNano":1700000001000000000,"asDouble":815}]}},
      {"name":"process.cpu.time","sum":{"dataPoints":[{"asDouble":0.5}]}}]}]}]}
    """

  /// The text formats.
  static let texts: [(format: TelemetryFormat, text: String)] =
    [
      (.json, json), (.ndjson, ndjson), (.csv, csv), (.pdhCSV, pdhCSV), (.pdhTSV, pdhTSV),
      (.performanceMonitor, performanceMonitor), (.exportCSV, exportCSV), (.wmic, wmic),
      (.handleSummary, handleSummary), (.psList, psList), (.prometheus, prometheus),
      (.openMetrics, openMetrics), (.influx, influx), (.otlpJSON, otlpJSON),
    ] + MoreSamples.texts

  static let all: [(format: TelemetryFormat, bytes: [UInt8])] =
    texts.map { ($0, Array($1.utf8)) } + ProtobufSamples.all
}
