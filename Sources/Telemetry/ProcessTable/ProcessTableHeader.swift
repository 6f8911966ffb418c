import Bytes

/// Which column of a table of processes holds what.
struct ProcessTableHeader: Sendable, Equatable {
  var process = 0
  var handles = 0
  var host: Int?
  var pid: Int?
  var time: Int?
  var columnCount = 0
  var separator = ASCII.comma
  /// Process Explorer leaves cells of processes blank that it can't look into.
  var isOfExplorer = false

  static let hint =
    "Export the columns Name, Id and Handles, from WMIC with ProcessId and HandleCount."

  private static let processNames = [
    "name", "processname", "caption", "process", "image name", "image", "command",
  ]
  private static let handleNames = ["handles", "handlecount", "handle count"]
  private static let hostNames = ["node", "machinename", "pscomputername", "csname"]
  private static let pidNames = ["id", "processid", "pid"]
  private static let timeNames = ["timestamp", "time", "date", "datetime"]

  /// Reads a header line; the separator is the one that gives the most columns.
  init(_ line: Span<UInt8>, at number: Int, columnsMax: Int) throws(TelemetryError) {
    var best: [[UInt8]] = []
    for candidate in Separator.candidates {
      let cells = Separator.split(line, by: candidate, cellsMax: columnsMax) ?? []
      if cells.count > best.count {
        best = cells.prefix(columnsMax + 1).map { line.value(of: $0) }
        separator = candidate
      }
    }
    guard best.count <= columnsMax else {
      throw TelemetryError(
        .malformed, "the header has more than \(columnsMax) columns", line: number, column: 1)
    }
    guard let process = Self.column(Self.processNames, best),
      let handles = Self.column(Self.handleNames, best)
    else {
      throw TelemetryError(
        .malformed, "the header has no column for process names or none for handle counts",
        hint: Self.hint, line: number, column: 1)
    }
    (self.process, self.handles, columnCount) = (process, handles, best.count)
    host = Self.column(Self.hostNames, best)
    pid = Self.column(Self.pidNames, best)
    time = Self.column(Self.timeNames, best)
    let name = best[process]
    isOfExplorer = name.span.isOne(of: ["process"])
  }

  /// `#TYPE System.Diagnostics.Process`, which Windows PowerShell writes before the header.
  static func isTypeLine(_ line: Span<UInt8>) -> Bool {
    line.extracting(line.trimmedRange()).copied().starts(with: "#TYPE ".utf8)
  }

  /// The format of a body of which this is the first line, if it is a table of processes.
  static func format(ofHead line: Span<UInt8>) -> TelemetryFormat? {
    if isTypeLine(line) { return .exportCSV }
    guard line.count <= 1 << 16, let header = try? Self(line, at: 1, columnsMax: line.count) else {
      return nil
    }
    // Without a separator it is one for a console.
    guard header.columnCount > 1,
      let cells = Separator.split(line, by: header.separator, cellsMax: line.count)
    else { return nil }
    if line.value(of: cells[header.process]).span.isOne(of: ["process"]) { return .processExplorer }
    guard let host = header.host else { return .exportCSV }
    return line.value(of: cells[host]).span.isOne(of: ["node"]) ? .wmic : .exportCSV
  }

  func isRepeated(_ row: Span<UInt8>, _ cells: [Cell]) -> Bool {
    row.value(of: cells[process]).span.isOne(of: Self.processNames)
      && row.value(of: cells[handles]).span.isOne(of: Self.handleNames)
  }

  /// Where two columns mean the same, the name that comes first wins.
  private static func column(_ names: [String], _ cells: [[UInt8]]) -> Int? {
    for name in names {
      if let index = cells.firstIndex(where: { $0.span.isOne(of: [name]) }) { return index }
    }
    return nil
  }
}
