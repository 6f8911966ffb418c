import Bytes

/// Which members of JSON objects a format reads.
struct JSONRecordShape: Sendable {
  /// By the dotted path from the record, in small letters: the place of its meaning in a record, and
  /// which of several paths counts more.
  fileprivate var paths: [(path: [UInt8], field: Int, rank: Int)] = []
  /// Arrays whose objects are records of their own.
  fileprivate let lists: [[UInt8]]
  /// What such a record takes over from its object, which may say it behind the array; nil for nothing.
  fileprivate let inherited: [Int]?
  /// Members under this path are counters by their names.
  fileprivate let counters: [UInt8]
  fileprivate let fieldCount: Int

  /// - Parameter fields: Paths for each meaning, those that count more first.
  init(
    fields: [[String]], lists: [String] = [], inherited: [Int]? = nil, counters: String? = nil
  ) {
    self.lists = lists.map { Array($0.utf8) }
    self.inherited = inherited
    self.counters = counters.map { Array($0.utf8) } ?? []
    fieldCount = fields.count
    for (field, names) in fields.enumerated() {
      for (rank, name) in names.enumerated() { paths.append((Array(name.utf8), field, rank)) }
    }
  }

  fileprivate func place(of path: [UInt8]) -> (field: Int, rank: Int)? {
    for (known, field, rank) in paths where known == path { return (field, rank) }
    return nil
  }

  /// Whether something under the path is read.
  fileprivate func leadsOn(_ path: [UInt8]) -> Bool {
    func isUnder(_ known: [UInt8]) -> Bool {
      known.count > path.count && known[path.count] == ASCII.point && known.starts(with: path)
    }
    return counters == path || isUnder(counters) || lists.contains(where: isUnder)
      || paths.contains { isUnder($0.path) }
  }

  fileprivate func isList(_ path: [UInt8]) -> Bool { lists.contains(path) }

  /// The name of a counter, where the path is of one.
  fileprivate func counterName(_ path: [UInt8]) -> ArraySlice<UInt8>? {
    guard !counters.isEmpty, path.count > counters.count + 1, path.starts(with: counters),
      path[counters.count] == ASCII.point
    else { return nil }
    return path[(counters.count + 1)...]
  }
}

/// What one object says.
struct JSONRecord: Sendable {
  struct Value: Sendable {
    var text: [UInt8]
    fileprivate var rank: Int
  }

  var line: Int
  fileprivate var values: [Value?]
  /// Of counters that are known by their names.
  fileprivate(set) var counters: [(counter: CounterPath.Counter, text: [UInt8])] = []

  /// The text of a string or a number.
  func text(_ field: Int) -> [UInt8]? { values[field]?.text }

  fileprivate mutating func set(_ text: [UInt8], _ field: Int, rank: Int) {
    if rank < values[field]?.rank ?? .max { values[field] = Value(text: text, rank: rank) }
  }

  fileprivate mutating func inherit(_ fields: [Int], from outer: JSONRecord) {
    for field in fields where values[field] == nil { values[field] = outer.values[field] }
  }
}

/// Makes records of tokens: of each object at the top or in an array there, and of those in lists.
struct JSONRecords: Sendable {
  private enum Level {
    /// Of a record, with the path outside it.
    case record(outer: [UInt8])
    /// Within a record: so long is its path.
    case object(Int)
    case list
    /// An array of scalars, of which the first counts.
    case values
  }

  private let shape: JSONRecordShape
  private let limits: TelemetryLimits
  private var counters = KnownCounters()
  private var levels: [Level] = []
  private var path: [UInt8] = []
  private var open: [JSONRecord] = []
  /// Those of lists that wait for the end of their object.
  private var waiting: [JSONRecord] = []
  /// Those that are complete.
  private(set) var complete: [JSONRecord] = []
  private static let pathBytesMax = 256

  init(shape: JSONRecordShape, limits: TelemetryLimits) {
    self.shape = shape
    self.limits = limits
  }

  /// Forgets what was begun.
  mutating func forget() {
    (levels, path, open, waiting) = ([], [], [], [])
  }

  /// Hands over what is complete.
  mutating func drain() -> [JSONRecord] {
    var records: [JSONRecord] = []
    swap(&records, &complete)
    return records
  }

  /// Takes a token; true where the value that it begins is of no use.
  mutating func take(
    _ token: JSONToken, _ text: [UInt8], line: Int
  ) throws(TelemetryError) -> Bool {
    switch token {
    case .key: takeKey(text)
    case .beginObject: return beginObject(line)
    case .beginArray: return beginArray()
    case .endObject, .endArray: try end()
    case .string, .number: takeScalar(text)
    case .true, .false, .null: break
    }
    return false
  }

  private mutating func takeKey(_ key: [UInt8]) {
    guard case .object(let count)? = levels.last else {
      guard case .record? = levels.last else { return }
      path = key.map(\.lowercased)
      return
    }
    path.removeSubrange(min(count, path.count)...)
    path.append(ASCII.point)
    if path.count + key.count <= Self.pathBytesMax {
      path.append(contentsOf: key.lazy.map(\.lowercased))
    }
  }

  private mutating func beginObject(_ line: Int) -> Bool {
    switch levels.last {
    case nil, .list?:
      levels.append(.record(outer: path))
      path = []
      open.append(
        JSONRecord(line: line, values: Array(repeating: nil, count: shape.fieldCount)))
    case .values?: return true
    case .record?, .object?:
      guard shape.leadsOn(path) else { return true }
      levels.append(.object(path.count))
    }
    return false
  }

  private mutating func beginArray() -> Bool {
    switch levels.last {
    case nil: levels.append(.list)
    case .list?, .values?: return true
    case .record?, .object?:
      if shape.isList(path) {
        levels.append(.list)
      } else if shape.place(of: path) != nil {
        levels.append(.values)
      } else {
        return true
      }
    }
    return false
  }

  private mutating func takeScalar(_ text: [UInt8]) {
    guard !open.isEmpty else { return }
    if case .list? = levels.last { return }
    if let (field, rank) = shape.place(of: path) {
      open[open.count - 1].set(text, field, rank: rank)
    } else if let name = shape.counterName(path),
      let counter = counters.counter(underscored: Array(name).span),
      open[open.count - 1].counters.count < Self.countersMax
    {
      open[open.count - 1].counters.append((counter, text))
    }
  }

  private static let countersMax = 8

  private mutating func end() throws(TelemetryError) {
    guard case .record(let outer)? = levels.popLast() else { return }
    path = outer
    guard let record = open.popLast() else { return }
    if !open.isEmpty, shape.inherited != nil {
      guard waiting.count < limits.jsonRecordsMax else {
        throw TelemetryError(
          .tooLarge, "more than \(limits.jsonRecordsMax) rows in one object",
          hint: "Split the upload.", line: record.line)
      }
      return waiting.append(record)
    }
    if open.isEmpty, !waiting.isEmpty {
      for var inner in waiting {
        inner.inherit(shape.inherited ?? [], from: record)
        complete.append(inner)
      }
      waiting = []
    } else {
      complete.append(record)
    }
  }
}
