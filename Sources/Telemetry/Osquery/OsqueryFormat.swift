import Bytes
import Handles

/// The results of a scheduled query of osquery over `processes`: a line for each snapshot, or one for
/// each row that was added.
///
/// ```
/// {"snapshot":[{"name":"EXTRA.EXE","pid":"212","handle_count":"812"}],"action":"snapshot",
///  "name":"handles","hostIdentifier":"PLC-07","calendarTime":"Mon Nov  6 08:00:00 2023 UTC","unixTime":1699257600}
/// ```
enum OsqueryFormat: JSONRowFormat {
  static let names = JSONRowNames(
    host: ["hostidentifier", "host_identifier", "decorations.hostname"],
    process: ["columns.name", "columns.process_name", "name"],
    pid: ["columns.pid", "pid"], time: ["unixtime", "calendartime"],
    handles: ["columns.handle_count", "handle_count", "columns.handles", "handles"],
    descriptors: [
      "columns.open_files", "open_files", "columns.fds", "fds", "columns.fd_count", "fd_count",
    ],
    lists: ["snapshot", "data"], inherits: true,
    handleEvidence: .soft("osquery needs a later Windows"),
    descriptorEvidence: .hard("osquery counts open files of Unix processes"))
  static let logCommand = """
    osqueryd with the scheduled query SELECT name, pid, handle_count FROM processes and "snapshot": true
    """
}
