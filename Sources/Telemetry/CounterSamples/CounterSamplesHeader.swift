import Bytes

/// Which column of a table of counters holds what.
struct CounterSamplesHeader: Sendable {
  /// Where the path of a counter is, whole or in parts.
  private enum Path {
    case whole(Int)
    case parts(host: Int?, object: Int?, instance: Int, counter: Int)
  }

  private let path: Path
  let value: Int
  let time: Int
  let columnCount: Int
  let separator: UInt8

  /// Nil for a line that isn't one.
  init?(_ line: Span<UInt8>, columnsMax: Int) {
    for candidate in Separator.candidates {
      guard let cells = Separator.split(line, by: candidate, cellsMax: columnsMax),
        cells.count >= 3, cells.count <= columnsMax
      else { continue }
      let names = cells.map { line.value(of: $0) }
      func column(_ candidates: [String]) -> Int? {
        names.firstIndex { $0.span.isOne(of: candidates) }
      }
      guard
        let time = column(["timestamp", "time", "timegenerated", "timegenerated [utc]"]),
        let value = column(["cookedvalue"]) ?? column(["rawvalue", "countervalue"])
      else { continue }
      if let whole = column(["path", "counterpath"]) {
        path = .whole(whole)
      } else if let counter = column(["countername", "counter"]),
        let instance = column(["instancename", "instance"])
      {
        path = .parts(
          host: column(["computer", "host"]), object: column(["objectname", "object"]),
          instance: instance, counter: counter)
      } else {
        continue
      }
      (self.value, self.time, columnCount, separator) = (value, time, cells.count, candidate)
      return
    }
    return nil
  }

  /// For the report of a fault.
  var firstColumn: Int {
    switch path {
    case .whole(let column): column
    case .parts(_, _, let instance, _): instance
    }
  }

  /// The path of a row's counter, put together where it is in parts.
  func path(_ row: Span<UInt8>, _ cells: [Cell]) -> [UInt8] {
    switch path {
    case .whole(let column): return row.value(of: cells[column])
    case .parts(let host, let object, let instance, let counter):
      var path: [UInt8] = []
      if let host {
        let name = row.value(of: cells[host])
        if !name.isEmpty { path = [ASCII.backslash, ASCII.backslash] + name }
      }
      let name = object.map { row.value(of: cells[$0]) } ?? Array("Process".utf8)
      return path + [ASCII.backslash] + name + [UInt8(ascii: "(")] + row.value(of: cells[instance])
        + [UInt8(ascii: ")"), ASCII.backslash] + row.value(of: cells[counter])
    }
  }

  /// Whether a row is the header of the next part.
  func isRepeated(_ row: Span<UInt8>, _ cells: [Cell]) -> Bool {
    row.value(of: cells[value]).span.isOne(of: ["cookedvalue", "rawvalue", "countervalue"])
  }
}
