import Bytes
import Handles

/// One process, by the column of its handles.
struct PerformanceMonitorColumn: Sendable {
  var index: Int
  var identity: SeriesIdentity
  var resource = HandleResource.handles
  var pidColumn: Int?
  /// Of the last PID seen.
  var series: Int?
}

/// The lines of an export before its first row.
struct PerformanceMonitorHeader: Sendable {
  private var host: [UInt8] = []
  /// The lines with a cell for each column, uncut.
  private var stack: [[UInt8]] = []
  private var lineCount = 0
  private var separator: UInt8?
  private static let linesMax = 64
  /// More lines than Counter, Instance, Parent, Object and Computer, to be on the safe side.
  private static let stackMax = 12

  static let hint = """
    Export Process\\Handle Count from Performance Monitor with a date and a time in each row, or \
    send timestamp,process,handles as CSV.
    """

  /// The cells of a line; until a line with three cells tells the separator, one.
  mutating func split(_ line: Span<UInt8>, cellsMax: Int) -> [Cell] {
    let candidates = separator.map { [$0] } ?? [ASCII.tab, ASCII.semicolon, ASCII.comma]
    for candidate in candidates {
      guard let cells = Separator.split(line, by: candidate, cellsMax: cellsMax) else { continue }
      if cells.count >= 3 { separator = candidate }
      if separator == candidate { return cells }
    }
    return []
  }

  /// Takes a line that is no row.
  mutating func take(
    _ line: Span<UInt8>, _ cells: [Cell], at number: Int, limits: TelemetryLimits
  ) throws(TelemetryError) {
    lineCount += 1
    guard lineCount <= Self.linesMax else {
      throw TelemetryError(
        .malformed, "the export has no row with a date and a time in its first lines",
        hint: Self.hint, line: number)
    }
    if PerformanceMonitorDecoder.isHead(line) {
      let text = line.extracting(line.trimmedRange()).copied()
      host = Array(text.dropFirst("Reported on ".utf8.count))
    } else if cells.count > 1, stack.count < Self.stackMax {
      stack.append(line.copied())
    }
  }

  /// What is counted; refuses an export without the handle count of a process.
  mutating func columns(
    at line: Int, nameBytesMax: Int
  ) throws(TelemetryError) -> [PerformanceMonitorColumn] {
    var texts: [Int: [[UInt8]]] = [:]
    var width = 0
    for row in stack {
      let cells = separator.flatMap {
        Separator.split(row.span, by: $0, cellsMax: row.count)
      }
      for (index, cell) in (cells ?? []).enumerated() {
        let text = row.span.value(of: cell)
        if !text.isEmpty { texts[index, default: []].append(text) }
        width = max(width, index + 1)
      }
    }
    var columns: [PerformanceMonitorColumn] = []
    var pidColumns: [SeriesIdentity: Int] = [:]
    var seen: [SeriesIdentity: Int] = [:]
    var seenPIDs: [SeriesIdentity: Int] = [:]
    do throws(FieldFault) {
      for index in 0..<width {
        guard let (counter, found) = try counted(texts[index] ?? [], nameBytesMax: nameBytesMax)
        else { continue }
        var identity = found
        switch counter {
        case .processID:
          let earlier = seenPIDs[found, default: 0]
          seenPIDs[found] = earlier + 1
          identity.instance += earlier
          pidColumns[identity] = pidColumns[identity] ?? index
        case .count(let resource):
          // The export doesn't number the processes of one name.
          var kind = found
          kind.resource = resource
          let earlier = seen[kind, default: 0]
          seen[kind] = earlier + 1
          identity.instance += earlier
          columns.append(
            PerformanceMonitorColumn(index: index, identity: identity, resource: resource))
        }
      }
    } catch {
      throw TelemetryError(.malformed, error.detail, hint: Self.hint, line: line)
    }
    guard !columns.isEmpty else {
      throw TelemetryError(
        .malformed, "no column of the export is the handle count of a process", hint: Self.hint,
        line: line)
    }
    for index in columns.indices {
      columns[index].pidColumn = pidColumns[columns[index].identity]
      columns[index].identity.resource = columns[index].resource
    }
    stack = []
    return columns
  }

  /// The counter and the process of a column, from its texts in any order; nil for others.
  private func counted(
    _ texts: [[UInt8]], nameBytesMax: Int
  ) throws(FieldFault) -> (CounterPath.Counter, SeriesIdentity)? {
    var counter: CounterPath.Counter?
    var isProcess = false
    var host = self.host
    var instance: [UInt8]?
    for text in texts {
      if counter == nil, let named = CounterPath.Counter(named: text.span) {
        counter = named
      } else if !isProcess, CounterNames.isProcessObject(text.span) {
        isProcess = true
      } else if text.starts(with: [ASCII.backslash, ASCII.backslash]) {
        host = text
      } else if instance == nil {
        instance = text
      }
    }
    guard isProcess, let counter, let instance else { return nil }
    var name = 0..<instance.count
    var number = 0
    if let (rest, n) = InstanceName.split(instance.span, at: InstanceName.mark) {
      (name, number) = (rest, n)
    }
    if InstanceName.isNoProcess(instance.span.extracting(name)) { return nil }
    let bare = host.drop { $0 == ASCII.backslash }
    return (
      counter,
      SeriesIdentity(
        host: try Name.readWindowsHost(Array(bare).span, bytesMax: nameBytesMax),
        process: try Name.read(instance.span.extracting(name), bytesMax: nameBytesMax),
        instance: number)
    )
  }
}
