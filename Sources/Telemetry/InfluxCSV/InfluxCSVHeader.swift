import Bytes
import Handles

/// Which column of a table of InfluxDB holds what.
struct InfluxCSVHeader: Sendable {
  var time = 0
  /// The column of values and that of their fields' names.
  private var value: (value: Int, field: Int)?
  /// Where a query pivoted: a column for the field.
  private var pivoted: (column: Int, resource: HandleResource)?
  /// Rows of the same field follow each other.
  private var lastField: (name: [UInt8], resource: HandleResource?) = ([], nil)
  private var host: Int?
  private var process: Int?
  private var pid: Int?
  var columnCount = 0

  private static let processes = [
    "instance", "process_name", "exe", "win_service", "systemd_unit", "pattern", "process",
  ]

  /// Nil for a line that isn't one.
  init?(_ line: Span<UInt8>, columnsMax: Int) {
    guard let cells = Separator.split(line, by: ASCII.comma, cellsMax: columnsMax),
      cells.count <= columnsMax
    else { return nil }
    let names = cells.map { line.value(of: $0) }
    func column(_ candidates: [String]) -> Int? {
      for name in candidates {
        if let index = names.firstIndex(where: { $0.span.isOne(of: [name]) }) { return index }
      }
      return nil
    }
    // The command line of InfluxDB 1 writes `name,time,Handle_Count,host,instance`.
    let isOfConsole = names.first.map { $0.elementsEqual("name".utf8) } == true
    guard let time = column(isOfConsole ? ["time"] : ["_time"]) else { return nil }
    self.time = time
    columnCount = names.count
    if let value = column(["_value"]), let field = column(["_field"]) {
      self.value = (value, field)
    } else {
      pivoted =
        names.indices.lazy.compactMap { index in
          Self.resource(of: names[index]).map { (index, $0) }
        }.first
    }
    host = column(["source", "host"])
    process = column(Self.processes)
    guard value != nil || pivoted != nil, !isOfConsole || process != nil else { return nil }
    pid = column(["pid"])
  }

  /// The columns that tell one series from another.
  var identityColumns: [Int] { [host, process, pid, value?.field].compactMap(\.self) }

  /// What a field counts; nil for another field.
  private static func resource(of field: [UInt8]) -> HandleResource? {
    if field.span.isOne(of: ["num_fds"]) { return .fileDescriptors }
    guard case .count(let resource)? = CounterNames.counter(underscored: field.span) else {
      return nil
    }
    return resource
  }

  /// The cell of the count and what it counts; nil for a row about another field.
  mutating func count(
    _ row: Span<UInt8>, _ cells: [Cell]
  ) -> (column: Int, resource: HandleResource)? {
    if let pivoted { return pivoted }
    guard let value else { return nil }
    let field = row.extracting(row.trimmedRange(of: cells[value.field].range))
    if !field.equals(lastField.name) {
      let name = field.copied()
      lastField = (name, Self.resource(of: name))
    }
    return lastField.resource.map { (value.value, $0) }
  }

  func isRepeated(_ row: Span<UInt8>, _ cells: [Cell]) -> Bool {
    row.value(of: cells[time]).span.isOne(of: ["_time", "time"])
  }

  /// Nil for what stands for no process.
  func identity(
    _ row: Span<UInt8>, _ cells: [Cell], of resource: HandleResource, nameBytesMax: Int
  ) throws(FieldFault) -> SeriesIdentity? {
    guard let process else { throw .noInstanceTag }
    let name = row.value(of: cells[process])
    if InstanceName.isNoProcess(name.span) { return nil }
    var (range, instance) = (0..<name.count, 0)
    if let (rest, number) = InstanceName.split(name.span, at: InstanceName.mark) {
      (range, instance) = (rest, number)
    }
    var identity = SeriesIdentity(
      process: try Name.read(name.span.extracting(range), bytesMax: nameBytesMax),
      instance: instance, resource: resource)
    if let host {
      identity.host = try Name.readOptional(
        row.value(of: cells[host]).span, bytesMax: nameBytesMax)
    }
    if let pid {
      let text = row.value(of: cells[pid])
      if !text.isEmpty { identity.pid = try Count.read(text.span) }
    }
    return identity
  }
}
