import Bytes
import Handles

/// Events of Metricbeat or the Elastic agent, as their file output and exports of Elasticsearch write
/// them: an object a line, with or without `_source` around, or the answer of a search.
///
/// ```
/// {"@timestamp":"2023-11-06T08:00:00.000Z","host":{"name":"web1"},"process":{"name":"nginx","pid":812},
///  "system":{"process":{"fd":{"open":840,"limit":{"soft":1024,"hard":4096}}}}}
/// ```
///
/// Names with points count as members of members. Events of other datasets are passed over.
enum ElasticFormat: JSONRowFormat {
  /// Each also within `_source`, and within `fields`, where an export has arrays.
  private static func paths(_ names: [String]) -> [String] {
    names + names.map { "_source." + $0 } + names.map { "fields." + $0 }
  }

  static let names = JSONRowNames(
    host: paths(["host.name", "host.hostname", "agent.hostname", "beat.hostname"]),
    process: paths(["process.name", "system.process.name", "windows.perfmon.instance"]),
    pid: paths(["process.pid", "system.process.pid"]), time: paths(["@timestamp"]),
    handles: paths([
      "windows.perfmon.process.handle_count", "windows.perfmon.metrics.handle_count",
      "windows.perfmon.metrics.process.handle_count",
      "windows.perfmon.handle_count", "process.handles", "windows.process.handle.count",
    ]),
    descriptors: paths(["system.process.fd.open"]),
    limit: paths(["system.process.fd.limit.soft"]), lists: ["hits.hits"],
    handleEvidence: .soft("the Elastic agent needs a later Windows"),
    descriptorEvidence: .hard("system.process.fd.open counts descriptors of Unix processes"))
  static let logCommand = "metricbeat with output.file, the module system and the metricset process"
}
