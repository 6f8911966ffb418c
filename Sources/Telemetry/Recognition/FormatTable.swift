import Bytes

/// One way to tell a format from the first bytes of an upload.
package struct FormatSign: Sendable {
  /// The format, or for lists without counts why they can't be read.
  package enum Meaning: Sendable {
    case format(TelemetryFormat)
    case unreadable(UnreadableList)
  }

  package let meaning: Meaning
  /// What it is looked for, for the documentation.
  package let sign: String
  /// Why it stands where it does: what of those below could be taken for it.
  package let reason: String
  let matches: @Sendable (UploadHead) -> Bool

  init(
    _ format: TelemetryFormat, _ sign: String, _ reason: String,
    _ matches: @escaping @Sendable (UploadHead) -> Bool
  ) {
    (meaning, self.sign, self.reason) = (.format(format), sign, reason)
    self.matches = matches
  }

  init(
    _ list: UnreadableList, _ reason: String, _ matches: @escaping @Sendable (UploadHead) -> Bool
  ) {
    (meaning, sign, self.reason) = (.unreadable(list), list.name, reason)
    self.matches = matches
  }
}

/// How formats are told from each other: the first sign that is there decides.
package enum FormatTable {
  /// In their order. What no other text can have comes first, what nearly any text could be last.
  package static let signs: [FormatSign] = json + titled + headed + loose

  /// JSON, by the members of the first object.
  private static let json: [FormatSign] = [
    FormatSign(.otlpJSON, "a member `resourceMetrics`", "no other format has it") {
      $0.has("resourceMetrics")
    },
    FormatSign(
      .prometheusJSON, "`metric` with `value` or `values`, or `data.resultType`",
      "no other format has them"
    ) { head in
      head.hasOne(of: "data.resultType", "data.result", "data.result.metric", "result.metric")
        || head.has("metric") && head.hasOne(of: "values", "value")
    },
    FormatSign(.json, "a member `series`", "our own, before those that may have one by chance") {
      $0.has("series")
    },
    FormatSign(
      .elastic, "`@timestamp`, `_source` or `hits.hits`",
      "its events have members of all kinds"
    ) { $0.hasOne(of: "@timestamp", "_source", "_index", "hits.hits", "fields.@timestamp") },
    FormatSign(
      .osquery, "`hostIdentifier`, `calendarTime`, `snapshot` or `handle_count`",
      "its rows may be called `handles`"
    ) {
      $0.hasOne(of: "hostIdentifier", "calendarTime", "unixTime", "snapshot", "handle_count")
    },
    FormatSign(.telegrafJSON, "`fields` with `tags`", "no other format has both") {
      $0.has("fields", "tags") || $0.has("metrics.fields") || $0.has("metrics.tags")
    },
    FormatSign(
      .powerShellJSON, "members of PowerShell's objects, such as `Handles` or `CounterSamples`",
      "with the capitals that PowerShell writes; also an array of rows with `handles`"
    ) {
      $0.start.first == UInt8(ascii: "[") && $0.has("handles")
        || $0.hasOne(
          of: "Handles", "HandleCount", "ProcessName", "CounterSamples", "CookedValue",
          "SafeHandle",
          "BasePriority", "NPM", "SI", "CimClass", "PSComputerName")
    },
    FormatSign(
      .ndjson, "an object with `process` or `handles`, or one object after another",
      "behind all whose members say more"
    ) { $0.isJSON && ($0.hasMoreValues || $0.hasOne(of: "process", "handles")) },
    FormatSign(.json, "any other JSON", "says what is missing") { $0.isJSON },
  ]

  /// Texts with a title or a line that only they have.
  private static let titled: [FormatSign] = [
    FormatSign(
      .pdhTSV, "a line that begins with `(PDH-TSV`", "also behind the prompt of a console"
    ) { $0.hasLine { PDHDecoder.format(ofLine: $0) == .pdhTSV } },
    FormatSign(
      .pdhCSV, "a line that begins with `(PDH-CSV`", "also behind the prompt of a console"
    ) { $0.hasLine { PDHDecoder.format(ofLine: $0) == .pdhCSV } },
    FormatSign(
      .performanceMonitor, "a first line that begins with `Reported on`", "no other text has it"
    ) { $0.lines.first.map { PerformanceMonitorDecoder.isHead($0.span) } == true },
    FormatSign(
      .counterSamples,
      "a header with `Path`, `CookedValue` and `Timestamp`, or with `CounterName` and `CounterValue`",
      "before the tables of processes, with which it shares the `#TYPE` line"
    ) { $0.lines.prefix(2).contains { CounterSamplesDecoder.isHeader($0.span) } },
    FormatSign(
      .influxCSV, "a line `#datatype`, `#group` or `#default`, or a header with `_time`",
      "before Prometheus, whose comments begin with the same sign"
    ) { $0.lines.first.map { InfluxCSVDecoder.isHead($0.span) } == true },
    FormatSign(.counterSets, "before tables, with which it shares the `#TYPE` line") {
      $0.hasLine(UnreadableList.counterSets.isHeader)
    },
    FormatSign(
      .exportCSV, "a first line that begins with `#TYPE`", "before the headers of CSV"
    ) { $0.lines.first.map { ProcessTableHeader.isTypeLine($0.span) } == true },
    FormatSign(.handleSummary, "a line `Handle type summary:`", "no other text has it") {
      $0.hasLine(HandleSummaryDecoder.isTitle)
    },
    FormatSign(
      .handleList, "a line `EXTRA.exe pid: 212` with handles below, or the header of `handle -v`",
      "before CSV, which has a process and a PID too"
    ) { head in
      head.hasLine(HandleListDecoder.isCSVHeader)
        || head.hasLine(HandleListDecoder.isHandle)
          && head.hasLine { HandleOwner.isOne($0) }
    },
    FormatSign(.psList, "a line `Name Pid Pri Thd Hnd`", "no other text has it") {
      $0.hasLine(PsListDecoder.isHeader)
    },
    FormatSign(
      .getCounter, "a line `Timestamp CounterSamples`, or `Timestamp :` with a time",
      "no other text has it"
    ) { $0.hasLine(GetCounterDecoder.isHeader) },
    FormatSign(.lsof, "a line `COMMAND PID … FD TYPE`", "no other text has it") {
      $0.hasLine(LsofDecoder.isHeader)
    },
  ]

  /// Texts whose header or first row tells.
  private static let headed: [FormatSign] =
    [
      FormatSign(.openMetrics, "a line `# EOF`", "else it is Prometheus") {
        $0.hasLine { $0.isOne(of: ["# eof"]) }
      },
      FormatSign(
        .grafanaCSV, "a header `Time` with labels in braces, or with a column `Value`",
        "before CSV, whose names of columns a table of labels may have"
      ) { head in
        head.lines.prefix(2).contains { GrafanaHeader.isHead($0.span) }
      },
      FormatSign(
        .prometheus, "a line `# HELP` or `# TYPE`, or a name with labels and a value",
        "before CSV, since a label may hold a comma"
      ) { head in
        head.lines.first.map { PrometheusDecoder.isHead($0.span) } == true
          || head.firstRow.map { PrometheusDecoder.isHead($0.span) } == true
      },
      FormatSign(.csv, "a header with a time, a process and handles", "before tables without times")
      {
        $0.lines.first.map { CSVDecoder.isHead($0.span) } == true
      },
    ]
    + [.wmic, .processExplorer, .exportCSV].map { format in
      FormatSign(
        format, processTables[format] ?? "", "behind CSV: one with times is a log, and no list"
      ) { head in
        head.lines.prefix(3).contains { ProcessTableHeader.format(ofHead: $0.span) == format }
      }
    }

  private static let processTables: [TelemetryFormat: String] = [
    .wmic: "a header with `Node`, `Name` and `HandleCount`",
    .processExplorer: "a header with `Process` and `Handles`, and no time",
    .exportCSV: "a header with `Name` and `Handles`, and no time",
  ]

  /// What other texts could look like too.
  private static let loose: [FormatSign] =
    [
      FormatSign(
        .propertyList, "lines `Handles : 812` and `Name : EXTRA`, or `HandleCount=812`",
        "before line protocol, which has equals signs too"
      ) { PropertyListDecoder.isHead($0.lines) },
      FormatSign(
        .processList, "headings in a line: `Handles` with `ProcessName`, `HandleCount` with `Name`",
        "behind tables whose cells have a separator"
      ) { head in head.rawLines.contains { ProcessListDecoder.isHeader($0.span) } },
    ]
    + UnreadableList.all.map { list in
      FormatSign(list, "behind lists that can be read") { head in head.hasLine(list.isHeader) }
    } + [
      FormatSign(
        .csv, "a time and a count in each row, or a header with a time",
        "before lines of a loop, which need no separator"
      ) { CSVDecoder.isHeadWithoutProcess($0.lines) },
      FormatSign(
        .countLoop, "a first line with a date and a time, and then counts",
        "behind lists of tools, which may have a date before them"
      ) { CountLoopDecoder.isHead($0.lines) },
      FormatSign(
        .influx, "a measurement, fields and a time",
        "last: nearly any text with an equals sign could be such a line"
      ) { $0.firstRow.map { InfluxDecoder.isHead($0.span) } == true },
    ]
}
