import Bytes
import Handles

/// Which column holds what.
struct CSVHeader: Sendable, Equatable {
  /// What a column can mean, with the names for it: lower case, without blanks and underscores.
  ///
  /// Where two columns mean the same, the name that comes first here wins.
  enum Field: CaseIterable {
    case time, process, handles, host, pid, started, product, servicePack, date

    var names: [String] {
      switch self {
      case .time:
        ["timestamp", "time", "at", "datetime", "@timestamp", "date", "ts", "epoch", "unixtime"]
          + ["zeitstempel", "zeit", "datum", "horodatage", "fecha"]
      case .date: ["date", "datum", "fecha"]
      case .process:
        ["process", "processname", "name", "instance", "process.name", "prozess", "processus"]
          + ["proceso", "command", "exe"]
      case .handles: ["handles", "handlecount"] + CSVHeader.otherCounts.map(\.name)
      case .host: ["host", "hostname", "computer", "computername", "node", "machine", "host.name"]
      case .pid: ["pid", "processid", "idprocess", "id", "process.pid"]
      case .started: ["started", "starttime"]
      case .product: ["product"]
      case .servicePack: ["servicepack"]
      }
    }
  }

  /// Counts of something else than handles, by the names of their columns.
  private static let otherCounts: [(name: String, resource: HandleResource)] = [
    ("gdiobjects", .gdiObjects), ("userobjects", .userObjects), ("openfds", .fileDescriptors),
    ("filedescriptors", .fileDescriptors), ("openfiledescriptors", .fileDescriptors),
    ("numfds", .fileDescriptors), ("fds", .fileDescriptors), ("openfiles", .fileDescriptors),
    ("system.process.fd.open", .fileDescriptors), ("handleanzahl", .handles), ("handle", .handles),
  ]

  var time = 0
  /// Where the day stands in a column of its own, beside the time of day.
  var date: Int?
  /// Nil where the caller names the process.
  var process: Int?
  var handles = 0
  var host: Int?
  var pid: Int?
  var started: Int?
  var product: Int?
  var servicePack: Int?
  var columnCount = 0
  var separator = ASCII.comma
  /// What the column of counts counts.
  var resource = HandleResource.handles

  /// Reads a header line; the separator is the one that gives the most columns with a meaning.
  ///
  /// - Parameter namesProcess: Whether the caller says whose counts they are.
  init(
    line: Span<UInt8>, at number: Int, columnsMax: Int, namesProcess: Bool = false
  ) throws(TelemetryError) {
    var best: [[UInt8]] = []
    var bestFields = -1
    var hasOpenQuote = false
    for candidate in Separator.candidates {
      guard let cells = Separator.split(line, by: candidate, cellsMax: columnsMax) else {
        hasOpenQuote = true
        continue
      }
      let names = cells.prefix(columnsMax + 1).map { Self.normalized(line.value(of: $0)) }
      let fields = Field.allCases.count { Self.column(of: $0, in: names) != nil }
      if (fields, names.count) > (bestFields, best.count) {
        (best, bestFields, separator) = (names, fields, candidate)
      }
    }
    guard !best.isEmpty, !(hasOpenQuote && bestFields <= 0) else {
      throw Self.refusal("a quote in the header is never closed", line: number)
    }
    guard best.count <= columnsMax else {
      throw Self.refusal("the header has more than \(columnsMax) columns", line: number)
    }
    columnCount = best.count
    guard bestFields > 0 else { throw Self.notRecognized(at: number) }
    time = try Self.required(.time, in: best, "times", line: number)
    let days = Self.column(of: .date, in: best)
    date = days == time ? nil : days
    process = Self.column(of: .process, in: best)
    if let known = Self.column(of: .handles, in: best) ?? onlyOther(than: time, in: best) {
      handles = known
    } else {
      throw Self.noCounts(best, line: number)
    }
    guard process != nil || namesProcess else { throw Self.noProcess(at: number) }
    let count = best[handles]
    resource = Self.otherCounts.first { count.elementsEqual($0.name.utf8) }?.resource ?? .handles
    host = Self.column(of: .host, in: best)
    pid = Self.column(of: .pid, in: best)
    started = Self.column(of: .started, in: best)
    product = Self.column(of: .product, in: best)
    servicePack = Self.column(of: .servicePack, in: best)
  }

  /// A time and a count in each row, and no header.
  init?(rows first: Span<UInt8>) {
    for candidate in Separator.candidates {
      guard let cells = Separator.split(first, by: candidate, cellsMax: 3), cells.count == 2,
        Self.isTime(first.value(of: cells[0]).span),
        (try? Count.read(first.value(of: cells[1]).span)) != nil
      else { continue }
      (time, handles, columnCount, separator) = (0, 1, 2, candidate)
      return
    }
    return nil
  }

  /// The column of counts, whatever its name, where there is nothing else beside times.
  private func onlyOther(than time: Int, in names: [[UInt8]]) -> Int? {
    let others = names.indices.filter { $0 != time }
    return others.count == 1 && process != others[0] ? others[0] : nil
  }

  private static func isTime(_ text: Span<UInt8>) -> Bool {
    var times = TimeReader()
    return (try? times.read(text)) != nil || LocalTime.isLikely(text)
  }

  static func noProcess(at line: Int) -> TelemetryError {
    TelemetryError(
      .malformed, "a log of times and counts that doesn't name the process",
      hint:
        "Say whose counts they are: ?process=NAME in the request, --process NAME on the command "
        + "line. Or add a column for process names (\(Field.process.names.prefix(4).joined(separator: ", "))).",
      line: line, column: 1)
  }

  /// Stands for none yet.
  init() {}

  /// Whether a cell is the name of a column for `field`.
  static func isName(_ text: [UInt8], of field: Field) -> Bool {
    let name = normalized(text)
    return field.names.contains { name.elementsEqual($0.utf8) }
  }

  private static func notRecognized(at line: Int) -> TelemetryError {
    TelemetryError(
      .malformed,
      "no format was recognized, and as CSV the header has no column for times "
        + "(\(Field.time.names.prefix(4).joined(separator: ", ")))",
      hint:
        #"Send what typeperf "\Process(*)\Handle Count" -o log.csv writes, or CSV with a header "#
        + "such as timestamp,host,process,pid,handles.", line: line, column: 1)
  }

  /// Columns without the name of a count: from a panel of Grafana they are processes.
  private static func noCounts(_ names: [[UInt8]], line: Int) -> TelemetryError {
    let list = Field.handles.names.joined(separator: ", ")
    return TelemetryError(
      .malformed, "the header has no column for handle counts (\(list))",
      hint: "A header such as timestamp,host,process,pid,handles is needed. Where each column is a "
        + "process, head it with its labels: {process=\"EXTRA\"}, in Grafana with the legend Auto.",
      line: line, column: 1)
  }

  private static func required(
    _ field: Field, in names: [[UInt8]], _ what: String, line: Int
  ) throws(TelemetryError) -> Int {
    if let index = column(of: field, in: names) { return index }
    let list = field.names.joined(separator: ", ")
    throw refusal("the header has no column for \(what) (\(list))", line: line)
  }

  private static func refusal(_ detail: String, line: Int) -> TelemetryError {
    TelemetryError(
      .malformed, detail, hint: "A header such as timestamp,host,process,pid,handles is needed.",
      line: line, column: 1)
  }

  private static func column(of field: Field, in names: [[UInt8]]) -> Int? {
    for name in field.names {
      if let index = names.firstIndex(where: { $0.elementsEqual(name.utf8) }) { return index }
    }
    return nil
  }

  private static func normalized(_ text: [UInt8]) -> [UInt8] {
    // Files that were put together have a mark before each header but the first.
    let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text[3...] : text[...]
    return text.filter { $0 != ASCII.space && $0 != UInt8(ascii: "_") }.map(\.lowercased)
  }
}
