import Telemetry

/// A small upload of each format that collectors and other tools write, in the shape that they have.
enum MoreSamples {
  static let processExplorer = """
    Process\tCPU\tPrivate Bytes\tWorking Set\tPID\tDescription\tCompany Name\tHandles\r
    System Idle Process\t97.66\t60 K\t8 K\t0\t\t\t\r
    EXTRA.EXE\t\t1,024 K\t2,048 K\t212\tExtra!\tAttachmate\t1,812\r

    """
  static let processList = """

    Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName
    -------  ------    -----      -----     ------     --  -- -----------
    1953515      27   145448      78128 250,658.44   2980   0 dockerd
        812      10     2048       4096                212   1 Two words
          5       1       12         34       0.01      7   1 my-app


    """
  static let propertyList = """

    Id      : 212
    Handles : 812
    CPU     : 1.4375
    SI      : 0
    Name    : EXTRA

    Id      : 80
    Handles : 59
    Name    : SPOOLSS

    HandleCount=5
    Name=P
    ProcessId=7

    """
  static let getCounter = """

    Timestamp                 CounterSamples
    ---------                 --------------
    11/6/2023 8:00:00 AM      \\\\plc-07\\process(extra)\\handle count :
                              812

                              \\\\plc-07\\process(extra#1)\\handle
                              count :
                              59

                              \\\\plc-07\\process(_total)\\handle count :
                              871


    11/6/2023 8:00:05 AM      \\\\plc-07\\process(extra)\\handle count :
                              815

    """
  static let counterSamples = """
    #TYPE Microsoft.PowerShell.Commands.GetCounter.PerformanceCounterSample\r
    "Path","InstanceName","CookedValue","RawValue","SecondValue","Timestamp","Status"\r
    "\\\\plc-07\\process(extra#1)\\handle count","extra","812","812","0","11/6/2023 8:00:00 AM","0"\r
    "\\\\plc-07\\process(extra#1)\\id process","extra","212","212","0","11/6/2023 8:00:00 AM","0"\r
    "\\\\plc-07\\process(extra)\\handle count","extra","815","815","0","11/6/2023 8:00:05 AM","0"\r
    "\\\\plc-07\\process(extra)\\id process","extra","212","212","0","11/6/2023 8:00:05 AM","0"\r

    """
  static let powerShellJSON = """
    [
        {
            "Name":  "EXTRA",
            "Id":  212,
            "Handles":  812,
            "StartInfo":  {"Arguments":  "", "Verbs":  ["open", "runas"]},
            "Time":  {"value":  "\\/Date(1699257600000)\\/", "DisplayHint":  2}
        },
        {"Name": "Idle", "Id": 0, "Handles": 0},
        {"Name": "SPOOLSS", "Id": 80, "Handles": 59, "Time": "2023-11-06T09:00:00+01:00"}
    ]
    """
  static let handleList = """

    Nthandle v5.0 - Handle viewer

    ------------------------------------------------------------------------------
    EXTRA.exe pid: 212 PLC-07\\operator
       4C: Key           HKLM\\SOFTWARE\\Attachmate
       50: Key           HKLM\\SOFTWARE\\Attachmate
       54: File  (RW-)   C:\\EXTRA\\EXTRA.INI
       58: Event
    ------------------------------------------------------------------------------
    SPOOLSS.EXE pid: 80 \\<unable to open process>
       1C: Event
    """
  static let handleCSV = """
    Process,PID,User,Handle,Type,Share Flags,Name,Access\r
    EXTRA.exe,212,Key,PLC-07\\operator,0x0000004C,HKLM\\SOFTWARE\\Attachmate\r
    EXTRA.exe,212,File,PLC-07\\operator,0x00000050,C:\\a, b\r
    SPOOLSS.EXE,80,Event,\\<unable to open process>,0x0000001C,\r

    """
  static let lsof = """
    Mon Nov  6 08:00:00 UTC 2023
    COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF    NODE NAME
    nginx    812 root  cwd    DIR  253,0     4096      64 /
    nginx    812 root    0u   CHR    1,3      0t0    1028 /dev/null
    nginx    812 root    1w   REG  253,0      100    1029 /var/log/nginx.log
    Mon Nov  6 08:01:00 UTC 2023
    COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF    NODE NAME
    nginx    812 root    0u   CHR    1,3      0t0    1028 /dev/null
    nginx    812 root    1w   REG  253,0      100    1029 /var/log/nginx.log
    nginx    812 root   12r   REG  253,0      100    1030 /srv/a b

    """
  static let countLoop = """
    Mon Nov  6 08:00:00 UTC 2023
    /proc/812/fd: 840
    Mon Nov  6 08:01:00 UTC 2023
    /proc/812/fd: 845

    """
  static let prometheusJSON = """
    {"status":"success","data":{"resultType":"matrix","result":[
     {"metric":{"__name__":"windows_process_handles","instance":"PLC-07:9182","process":"EXTRA",
       "process_id":"212"},"values":[[1699257600,"812"],[1699257660.5,"815"],[1699257720,"NaN"]]},
     {"metric":{"__name__":"go_goroutines","job":"x"},"values":[[1699257600,"12"]]}]}}
    """
  static let grafanaCSV = """
    "Time","{__name__=""windows_process_handles"", instance=""PLC-07:9182"", process=""EXTRA""}"
    2023-11-06 08:00:00,812
    2023-11-06 08:05:00,
    2023-11-06 08:10:00,"1,815"

    """
  static let influxCSV = """
    #group,false,false,true,true,false,false,true,true,true,true,true\r
    #datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string,string,string\r
    #default,_result,,,,,,,,,,\r
    ,result,table,_start,_stop,_time,_value,_field,_measurement,host,instance,objectname\r
    ,,0,2023-11-06T07:00:00Z,2023-11-06T09:00:00Z,2023-11-06T08:00:00Z,812,Handle_Count,win_proc,PLC-07,EXTRA,Process\r
    ,,0,2023-11-06T07:00:00Z,2023-11-06T09:00:00Z,2023-11-06T08:01:00Z,815,Handle_Count,win_proc,PLC-07,EXTRA,Process\r
    ,,1,2023-11-06T07:00:00Z,2023-11-06T09:00:00Z,2023-11-06T08:01:00Z,0.5,Percent_Processor_Time,win_proc,PLC-07,EXTRA,Process\r
    \r
    #datatype,string,long,dateTime:RFC3339,long,string,string,string,string\r
    ,result,table,_time,_value,_field,host,process_name,pid\r
    ,,2,2023-11-06T08:00:00Z,59,num_fds,web1,nginx,80\r

    """
  static let telegrafJSON = """
    {"fields":{"Handle_Count":812,"ID_Process":212},"name":"win_proc","tags":{"host":"PLC-07","instance":"EXTRA#1","objectname":"Process"},"timestamp":1699257600}
    {"fields":{"Available_Bytes":1024},"name":"win_mem","tags":{"host":"PLC-07"},"timestamp":1699257600}
    {"metrics":[{"fields":{"num_fds":59,"pid":80,"rlimit_num_fds_soft":1024},"name":"procstat","tags":{"host":"web1","process_name":"nginx"},"timestamp":1699257600}]}

    """
  static let elastic = """
    {"@timestamp":"2023-11-06T08:00:00.000Z","@metadata":{"beat":"metricbeat"},"host":{"name":"web1"},"process":{"name":"nginx","pid":812},"system":{"process":{"fd":{"open":840,"limit":{"soft":1024,"hard":4096}}}}}
    {"@timestamp":"2023-11-06T08:00:00.000Z","host":{"name":"web1"},"system":{"cpu":{"cores":2}}}
    {"_index":"m","_source":{"@timestamp":"2023-11-06T08:01:00.000Z","host.name":"web1","process.name":"nginx","process.pid":812,"system.process.fd.open":845}}

    """
  static let osquery = """
    {"snapshot":[{"name":"EXTRA.EXE","pid":"212","handle_count":"812"},{"name":"SPOOLSS.EXE","pid":"80","handle_count":"59"}],"action":"snapshot","name":"handles","hostIdentifier":"PLC-07","calendarTime":"Mon Nov  6 08:00:00 2023 UTC","unixTime":1699257600}
    {"name":"handles","hostIdentifier":"PLC-07","calendarTime":"Mon Nov  6 08:01:00 2023 UTC","columns":{"name":"EXTRA.EXE","pid":"212","handle_count":"815"},"action":"added"}

    """

  /// The text formats.
  static let texts: [(format: TelemetryFormat, text: String)] = [
    (.processExplorer, processExplorer), (.processList, processList),
    (.propertyList, propertyList), (.getCounter, getCounter),
    (.counterSamples, counterSamples), (.powerShellJSON, powerShellJSON),
    (.handleList, handleList), (.handleList, handleCSV), (.lsof, lsof), (.countLoop, countLoop),
    (.prometheusJSON, prometheusJSON), (.grafanaCSV, grafanaCSV), (.influxCSV, influxCSV),
    (.telegrafJSON, telegrafJSON), (.elastic, elastic), (.osquery, osquery),
  ]

  static let outlines: [(TelemetryFormat, [String])] = [
    (.processExplorer, ["EXTRA.EXE(212)=1812"]),
    (.processList, ["dockerd(2980)=1953515", "Two words(212)=812", "my-app(7)=5"]),
    (.propertyList, ["EXTRA(212)=812", "SPOOLSS(80)=59", "P(7)=5"]),
    (.getCounter, ["PLC-07/extra=812,815", "PLC-07/extra#1=59"]),
    (.counterSamples, ["PLC-07/extra(212)=812,815"]),
    (.powerShellJSON, ["EXTRA(212)=812", "SPOOLSS(80)=59"]),
    (.handleList, ["EXTRA.exe(212)=4", "SPOOLSS.EXE(80)=1"]),
    (.lsof, ["nginx(812)=2,3"]),
    (.countLoop, ["PID 812(812)=840,845"]),
    (.prometheusJSON, ["PLC-07/EXTRA(212)=812,815"]),
    (.grafanaCSV, ["PLC-07/EXTRA=812,1815"]),
    (.influxCSV, ["PLC-07/EXTRA=812,815", "web1/nginx(80)=59"]),
    (.telegrafJSON, ["PLC-07/EXTRA(212)=812", "web1/nginx(80)=59"]),
    (.elastic, ["web1/nginx(812)=840,845"]),
    (.osquery, ["PLC-07/EXTRA.EXE(212)=812,815", "PLC-07/SPOOLSS.EXE(80)=59"]),
  ]
}
