import Bytes
import Handles

/// What Sysinternals' `handle -a` prints, each handle with its type and its name:
///
/// ```
/// EXTRA.exe pid: 212 PLC-07\operator
///    4C: Key           HKLM\SOFTWARE\Attachmate
///    50: File  (RW-)   C:\EXTRA\EXTRA.INI
/// ```
///
/// or, with `-v`, as CSV with the columns Process, PID, Type, Handle and Name, in an order that differs
/// from that of its header. Handles are counted by process, and those of keys apart; the key that a
/// process has opened most often is named. A file may hold many lists, each behind a line with its time.
struct HandleListDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var snapshots = SnapshotClock()
  private var isCSV = false
  private var hasOwner = false
  /// The process whose handles come next, in the form of lines.
  private var owner: SeriesIdentity?
  private var tallies: [SeriesIdentity: HandleTally] = [:]
  /// In the order of appearance.
  private var order: [SeriesIdentity] = []

  static let logCommand = "(date /t & time /t & handle -a) >> log.txt, once a minute"

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) { snapshots.use(options) }

  static func isCSVHeader(_ line: Span<UInt8>) -> Bool {
    guard line.count >= 26, line.extracting(0..<11).isOne(of: ["process,pid"]),
      let cells = Separator.split(line, by: ASCII.comma, cellsMax: 16), cells.count >= 5
    else { return false }
    let names = cells.map { cell in
      String(decoding: line.value(of: cell).map(\.lowercased), as: UTF8.self)
    }
    return names[0] == "process" && names[1] == "pid" && names.contains("handle")
      && names.contains("type")
  }

  /// Whether a line is one of a handle: its number, a colon and its type.
  static func isHandle(_ line: Span<UInt8>) -> Bool {
    var words = Words()
    guard let number = words.next(in: line), number.count >= 2, number.count <= 17,
      line[number.upperBound - 1] == ASCII.colon, let type = words.next(in: line)
    else { return false }
    return line[type.lowerBound].isLetter
      && (number.lowerBound..<number.upperBound - 1).allSatisfy { line[$0].hexValue != nil }
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    if text.isEmpty || text[0] == ASCII.minus { return }
    if !isCSV, Self.isHandle(text) { return takeHandle(text) }
    if Self.isCSVHeader(text) {
      // A list begins: what was counted is that of the one before.
      try flush(into: &upload)
      (isCSV, hasOwner) = (true, true)
      return
    }
    if DatedLine(text) != nil {
      try flush(into: &upload)
      if try snapshots.take(text, at: lines.number, into: &upload) { return }
    }
    do throws(FieldFault) {
      if isCSV { return try takeRow(text) }
      guard let found = try HandleOwner.read(text, nameBytesMax: limits.nameBytesMax) else {
        return
      }
      (owner, hasOwner) = (found, true)
    } catch {
      owner = nil
      return try upload.reject(line: lines.number, error.detail)
    }
    if let owner, tallies[owner]?.isComplete == true { try flush(into: &upload) }
    try begin(owner)
  }

  private mutating func begin(_ owner: SeriesIdentity?) throws(TelemetryError) {
    guard let owner, tallies[owner] == nil else { return }
    guard order.count < limits.seriesMax else {
      throw TelemetryError(
        .tooLarge, "more than \(limits.seriesMax) processes in one list", line: lines.number)
    }
    for other in order.suffix(1) { tallies[other]?.isComplete = true }
    tallies[owner] = HandleTally()
    order.append(owner)
  }

  private mutating func takeHandle(_ text: Span<UInt8>) {
    guard let owner else { return }
    var words = Words()
    _ = words.next(in: text)
    guard let type = words.next(in: text) else { return }
    let rest = type.upperBound..<text.count
    let isKey = text.extracting(type).isOne(of: ["key"])
    let key = isKey ? text.extracting(text.trimmedRange(of: rest)).copied() : nil
    tallies[owner]?.add(key: key, isKey: isKey, limits)
  }

  /// The first two cells are certain; where the type is differs.
  private mutating func takeRow(_ text: Span<UInt8>) throws(FieldFault) {
    guard let cells = Separator.split(text, by: ASCII.comma, cellsMax: 32), cells.count >= 4,
      cells.count <= 32
    else { return }
    let pid = text.value(of: cells[1])
    guard let first = pid.first, first.isDigit else { return }
    let owner = SeriesIdentity(
      process: try Name.read(
        text.value(of: cells[0]).span, bytesMax: limits.nameBytesMax, in: .codePage),
      pid: try Count.read(pid.span))
    if tallies[owner] == nil {
      guard order.count < limits.seriesMax else { return }
      tallies[owner] = HandleTally()
      order.append(owner)
    }
    let values = cells.dropFirst(2).map { text.value(of: $0) }
    let isKey = values.contains { $0.span.isOne(of: ["key"]) }
    let key = isKey ? values.first { Self.isKeyName($0) } : nil
    tallies[owner]?.add(key: key, isKey: isKey, limits)
  }

  private static func isKeyName(_ text: [UInt8]) -> Bool {
    let start = text.prefix(9).map { $0 | 0x20 }
    return start.starts(with: "hk".utf8) || text.starts(with: #"\REGISTRY"#.utf8)
  }

  private mutating func flush(into upload: inout UploadBuilder) throws(TelemetryError) {
    for owner in order {
      guard let tally = tallies[owner], tally.handles > 0 else { continue }
      let series = try upload.index(of: owner)
      let time = try snapshots.append(
        tally.handles, to: series, at: lines.number, command: Self.logCommand, into: &upload)
      guard tally.keys > 0 else { continue }
      upload.appendKeys(Sample(time: time, handles: tally.keys), to: series)
      if let (name, count) = tally.mostOpened, count > 1 {
        upload.note(
          "handle: \(owner.process) has \(tally.keys) handles of keys, \(count) of them of \(name)."
        )
      }
    }
    order.removeAll(keepingCapacity: true)
    tallies.removeAll(keepingCapacity: true)
    owner = nil
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasOwner else {
      throw TelemetryError(
        .malformed, "the list names no process", hint: "Send all that handle -a prints.", line: 1,
        column: 1)
    }
    try flush(into: &upload)
    try snapshots.end(into: &upload)
  }
}

/// The handles of one process in one list.
struct HandleTally: Sendable {
  private(set) var handles: Int64 = 0
  private(set) var keys: Int64 = 0
  /// Whether another process follows in the list.
  var isComplete = false
  /// By the names of keys, as far as there is room.
  private var opened: [[UInt8]: Int64] = [:]
  private static let namesMax = 4_096

  mutating func add(key: [UInt8]?, isKey: Bool, _ limits: TelemetryLimits) {
    handles += 1
    guard isKey else { return }
    keys += 1
    guard let key, !key.isEmpty, key.count <= limits.nameBytesMax,
      opened[key] != nil || opened.count < Self.namesMax
    else { return }
    opened[key, default: 0] += 1
  }

  /// The key that is open most often, as it may be shown.
  var mostOpened: (name: String, count: Int64)? {
    guard let count = opened.values.max() else { return nil }
    // Of several the same one each time.
    let name =
      opened.filter { $0.value == count }.keys.min { $0.lexicographicallyPrecedes($1) } ?? []
    guard let shown = try? Name.read(name.span, bytesMax: name.count, in: .codePage) else {
      return nil
    }
    return (shown, count)
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
}
