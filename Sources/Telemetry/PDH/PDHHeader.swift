import Bytes
import KnowledgeBase

/// The header line of a performance log: its zone and what its columns count.
struct PDHHeader: Sendable {
  /// One instance of a process, by its column of handles.
  struct Instance: Sendable {
    var path: CounterPath
    var column: Int
    var pidColumn: Int?
    /// The last PID seen, and the series of it.
    var pid: Int64?
    var series: Int?

    var identity: SeriesIdentity {
      SeriesIdentity(
        host: path.host, process: path.process, instance: path.instance, pid: pid,
        resource: path.counter.resource)
    }

    /// Another PID under the same name is another process: a restart, or a shifted `#n`.
    mutating func meet(pid new: Int64) {
      if new != pid {
        pid = new
        series = nil
      }
    }
  }

  var separator = ASCII.comma
  /// Minutes to add to the log's local time for UTC: the bias when the log began; nil where the
  /// header doesn't say.
  var biasMinutes: Int?
  /// What the header calls the zone.
  var zone: String?
  /// Whether a column is of `Process V2`.
  var hasVersionedProcesses = false
  var instances: [Instance] = []
  var cellCount = 0
  /// Columns whose names can't be taken, with the byte where they start.
  var faults: [(column: Int, detail: String)] = []

  /// Stands for none yet.
  init() {}

  static func openQuote(at line: Int) -> TelemetryError {
    TelemetryError(.malformed, "a quote in the header is never closed", line: line, column: 1)
  }

  init(line: Span<UInt8>, at number: Int, limits: TelemetryLimits) throws(TelemetryError) {
    var cells: [Cell] = []
    var hasOpenQuote = false
    for candidate in Separator.candidates {
      guard let split = Separator.split(line, by: candidate, cellsMax: limits.pdhColumnsMax)
      else {
        hasOpenQuote = true
        continue
      }
      if split.count > cells.count { (cells, separator) = (split, candidate) }
    }
    guard let first = cells.first, !(hasOpenQuote && cells.count == 1) else {
      throw Self.openQuote(at: number)
    }
    guard cells.count <= limits.pdhColumnsMax else {
      throw TelemetryError(
        .malformed, "the header has more than \(limits.pdhColumnsMax) columns", line: number)
    }
    cellCount = cells.count
    try readZone(line.value(of: first), at: number, column: first.column)
    readColumns(line, cells, nameBytesMax: limits.nameBytesMax)
    guard !instances.isEmpty else {
      throw TelemetryError(
        .malformed,
        faults.first?.detail ?? "the header has no column with the handle count of a process",
        hint: #"Record \Process(*)\Handle Count, best with \Process(*)\ID Process."#,
        line: number, column: faults.first?.column ?? 1)
    }
  }

  /// `(PDH-CSV 4.0) (GMT Standard Time)(-60)`, or without a zone as typeperf prints it.
  private mutating func readZone(
    _ cell: [UInt8], at line: Int, column: Int
  ) throws(TelemetryError) {
    let groups = cell.split(separator: UInt8(ascii: "("), omittingEmptySubsequences: true)
      .map { Array($0.prefix { $0 != UInt8(ascii: ")") }) }
    guard groups.count >= 3, let last = groups.last else { return }
    var digits = last[...]
    let isNegative = digits.first == ASCII.minus
    if isNegative || digits.first == ASCII.plus { digits = digits.dropFirst() }
    // Names of zones were cut, at an apostrophe or a letter that the tool couldn't write.
    guard digits.first.map({ $0.isDigit }) == true else { return }
    // No place on earth is a day away from UTC.
    guard let minutes = decimal(digits), minutes < 1_440 else {
      throw TelemetryError(
        .malformed, "the header's time zone is not a number of minutes below 1440",
        hint: "It looks like (PDH-CSV 4.0) (GMT Standard Time)(-60).", line: line, column: column)
    }
    biasMinutes = isNegative ? -minutes : minutes
    let name = groups.dropFirst().dropLast().last ?? []
    zone = try? Name.readOptional(name.span, bytesMax: 256)
  }

  private mutating func readColumns(_ line: Span<UInt8>, _ cells: [Cell], nameBytesMax: Int) {
    var pidColumns: [SeriesIdentity: Int] = [:]
    var seen: Set<SeriesIdentity> = []
    for (index, cell) in cells.enumerated().dropFirst() {
      do throws(FieldFault) {
        let value = line.value(of: cell)
        guard let path = try CounterPath(value.span, nameBytesMax: nameBytesMax) else { continue }
        var identity = SeriesIdentity(
          host: path.host, process: path.process, instance: path.instance, pid: path.pid)
        hasVersionedProcesses = hasVersionedProcesses || path.isVersioned
        switch path.counter {
        case .processID: pidColumns[identity] = pidColumns[identity] ?? index
        case .count(let resource):
          identity.resource = resource
          // relog repeats a column where it joins logs; the first one counts.
          guard seen.insert(identity).inserted else { continue }
          instances.append(Instance(path: path, column: index, pid: path.pid))
        }
      } catch {
        faults.append((cell.column, error.detail))
      }
    }
    for index in instances.indices {
      let path = instances[index].path
      guard path.pid == nil else { continue }
      let identity = SeriesIdentity(
        host: path.host, process: path.process, instance: path.instance)
      instances[index].pidColumn = pidColumns[identity]
    }
  }
}
