import Bytes
import Handles

/// What Telegraf writes with `data_format = "json"`: an object a line, or a batch with the member
/// `metrics`.
///
/// ```
/// {"fields":{"Handle_Count":812},"name":"win_proc","tags":{"host":"PLC-07","instance":"EXTRA"},"timestamp":1581413520}
/// ```
///
/// The time is in seconds unless `json_timestamp_units` says otherwise.
enum TelegrafJSONFormat: JSONRowFormat {
  static let names = JSONRowNames(
    host: ["tags.source", "tags.host"],
    process: [
      "tags.instance", "tags.process_name", "tags.exe", "tags.win_service", "tags.systemd_unit",
      "tags.pattern",
    ],
    pid: ["tags.pid", "fields.pid"], time: ["timestamp"], descriptors: ["fields.num_fds"],
    limit: ["fields.rlimit_num_fds_soft"], lists: ["metrics"], counters: "fields",
    handleEvidence: .soft("Telegraf needs a later Windows"),
    descriptorEvidence: .hard("num_fds of Telegraf's procstat counts descriptors of Unix processes")
  )
  static let logCommand = "telegraf with [[outputs.file]] and data_format = \"influx\""
}
