import Bytes
import Handles

/// What `lsof` prints, a row for each open file:
///
/// ```
/// COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
/// nginx    812 www     0u   CHR    1,3      0t0    6 /dev/null
/// ```
///
/// Rows with the number of a descriptor are counted by process; the working directory, the program and
/// mapped files have none. A file may hold many lists, each behind a line with its time.
struct LsofDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var snapshots = SnapshotClock()
  private var hasHeader = false
  private var counts: [SeriesIdentity: Int64] = [:]
  /// In the order of appearance.
  private var order: [SeriesIdentity] = []

  static let logCommand = "(date; lsof -p PID) >> log.txt, once a minute"

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) { snapshots.use(options) }

  static func isHeader(_ line: Span<UInt8>) -> Bool {
    var words = Words()
    var names: [Range<Int>] = []
    while names.count < 10, let word = words.next(in: line) { names.append(word) }
    func has(_ name: String) -> Bool { names.contains { line.extracting($0).isOne(of: [name]) } }
    return names.first.map { line.extracting($0).isOne(of: ["command"]) } == true && has("pid")
      && has("fd") && has("type")
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    if text.isEmpty { return }
    guard hasHeader, let (name, pid) = descriptor(text) else {
      return try takeOther(text, into: &upload)
    }
    do throws(FieldFault) {
      let identity = SeriesIdentity(
        process: try Name.read(text.extracting(name), bytesMax: limits.nameBytesMax),
        pid: try Count.read(text.extracting(pid)), resource: .fileDescriptors)
      if counts[identity] == nil {
        guard order.count < limits.seriesMax else { return }
        order.append(identity)
      }
      counts[identity, default: 0] += 1
    } catch {
      try upload.reject(line: lines.number, error.detail)
    }
  }

  /// A header, a time or a row that is no descriptor's.
  private mutating func takeOther(
    _ text: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    if Self.isHeader(text) {
      try flush(into: &upload)
      hasHeader = true
      return
    }
    if DatedLine(text) != nil {
      try flush(into: &upload)
      _ = try snapshots.take(text, at: lines.number, into: &upload)
    }
  }

  /// Where the name and the PID of a row with a numbered descriptor are; nil for other rows, and for
  /// those of a thread, which has the descriptors of its process.
  private func descriptor(_ row: Span<UInt8>) -> (name: Range<Int>, pid: Range<Int>)? {
    var words = Words()
    guard let name = words.next(in: row), let pid = words.next(in: row),
      let user = words.next(in: row), let descriptor = words.next(in: row),
      row[pid.lowerBound].isDigit, !row.extracting(user).isNumber
    else { return nil }
    // `12u`, `3r`, `7`: digits, then at most a mode and a lock.
    let digits = descriptor.prefix { row[$0].isDigit }.count
    return digits > 0 && descriptor.count - digits <= 2 ? (name, pid) : nil
  }

  private mutating func flush(into upload: inout UploadBuilder) throws(TelemetryError) {
    for identity in order {
      let series = try upload.index(of: identity)
      upload.witness(.hard("lsof counts descriptors of Unix processes"))
      try snapshots.append(
        counts[identity] ?? 0, to: series, at: lines.number, command: Self.logCommand,
        into: &upload)
    }
    order.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try flush(into: &upload)
    try snapshots.end(into: &upload)
  }
}

extension Span<UInt8> {
  fileprivate var isNumber: Bool { indices.allSatisfy { self[$0].isDigit } }
}
