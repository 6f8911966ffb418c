import Bytes
import Handles

/// What PowerShell's `ConvertTo-Json` writes of processes or of counters: one object, an array, or one
/// object after another.
///
/// ```
/// [{"Name":"EXTRA","Id":212,"Handles":812},{"Name":"SPOOLSS","Id":80,"Handles":59}]
/// ```
///
/// `Get-Counter` gives `{"Timestamp":"\/Date(1699257600000)\/","CounterSamples":[{"Path":…}]}`. Windows
/// PowerShell writes UTF-16 to a file, and a time as an object with the member `value`.
enum PowerShellJSONFormat: JSONRowFormat {
  static let names = JSONRowNames(
    host: ["machinename", "pscomputername", "csname", "computername", "host"],
    process: ["processname", "name", "process"], pid: ["id", "processid", "idprocess", "pid"],
    time: [
      "timestamp.value", "timestamp.datetime", "timestamp", "time.value", "time.datetime", "time",
      "date.value", "date.datetime", "date", "datetime", "at",
    ],
    handles: ["handles", "handlecount"], counterPath: ["path"], counterValue: ["cookedvalue"],
    lists: ["countersamples"], inherits: true)
  static let logCommand = """
    while (1) { Get-Process | Select-Object @{n='Time';e={Get-Date -Format o}}, Name, Id, Handles | \
    Export-Csv log.csv -Append -NoTypeInformation; Start-Sleep 60 }
    """
}
