extension TelemetryFormat {
  /// What an upload of the format needs so that a count can be read from it, as a hint for one without.
  var needs: String {
    switch self {
    case .pdhCSV, .pdhTSV, .performanceMonitor:
      #"Record \Process(*)\Handle Count, best with \Process(*)\ID Process."#
    case .getCounter, .counterSamples:
      #"Ask for Get-Counter '\Process(*)\Handle Count', best with '\Process(*)\ID Process'."#
    case .powerShellJSON:
      "Select Name, Id and Handles: Get-Process | Select-Object Name, Id, Handles | ConvertTo-Json."
    case .prometheus, .openMetrics, .prometheusJSON, .grafanaCSV, .remoteWrite:
      "Counts are taken from windows_process_handles, process_open_fds, "
        + "namedprocess_namegroup_open_filedesc and a few others."
    case .influx, .influxCSV, .telegrafJSON:
      "Collect Handle_Count of the object Process with win_perf_counters, or num_fds with procstat."
    case .otlpJSON, .otlp:
      "Counts are taken from process.windows.handle.count, process.handles, "
        + "process.unix.file_descriptor.count and a few others."
    case .elastic:
      "Counts are taken from system.process.fd.open, which the metricset process records of "
        + "processes that it may look into."
    case .osquery: "Select name, pid and handle_count from processes."
    case .handleList: "Send what handle -a prints."
    case .lsof: "Send what lsof -p PID prints, with a line of date before each list."
    case .json, .ndjson, .csv, .exportCSV, .wmic, .processExplorer, .processList, .propertyList,
      .handleSummary,
      .psList, .countLoop:
      "Each row needs a time, a process and a handle count."
    }
  }
}
