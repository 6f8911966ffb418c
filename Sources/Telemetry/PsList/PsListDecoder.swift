import Bytes
import Handles

/// What Sysinternals' `pslist` prints:
///
/// ```
/// Process information for PLC-07:
///
/// Name                Pid Pri Thd  Hnd   Priv        CPU Time    Elapsed Time
/// EXTRA               212   8   4  812   1024     0:00:01.281     3:25:10.000
/// ```
///
/// Names may hold blanks, so a row is read from its end. `pslist` cuts long names. A file may hold many
/// such lists, each behind a line with its time.
struct PsListDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var host: String?
  private var hasHeader = false
  /// Whether rows follow: a blank line ends a list.
  private var isInTable = false
  private var snapshots = SnapshotClock()
  /// What stands behind a name: PID, priority, threads, handles, private bytes and two times.
  private static let columnCount = 7
  private static let title = "process information for "

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) { snapshots.use(options) }

  static func isHeader(_ line: Span<UInt8>) -> Bool {
    words(line).map { String(decoding: line.extracting($0).copied(), as: UTF8.self) }
      .starts(with: ["Name", "Pid", "Pri", "Thd", "Hnd"])
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    if text.isEmpty {
      isInTable = false
      return
    }
    if Self.isHeader(text) {
      (hasHeader, isInTable) = (true, true)
      return
    }
    // A time has fewer words than a row.
    let words = Self.words(text)
    if isInTable, words.count > Self.columnCount { return try takeRow(text, words, into: &upload) }
    if try snapshots.take(text, at: lines.number, into: &upload) {
      isInTable = false
      return
    }
    if let name = Self.host(text) {
      do throws(FieldFault) {
        host = try Name.readOptional(text.extracting(name), bytesMax: limits.nameBytesMax)
      } catch {
        try upload.reject(line: lines.number, "the host: \(error.detail)")
      }
      return
    }
    // Lines outside a list are the program's own name and copyright, and prompts of a console.
    guard isInTable else { return }
    try upload.reject(line: lines.number, "not a name and seven columns")
  }

  private mutating func takeRow(
    _ text: Span<UInt8>, _ words: [Range<Int>], into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let columns = words.suffix(Self.columnCount)
    let pid = columns[columns.startIndex]
    let name = text.extracting(0..<pid.lowerBound)
    if InstanceName.isNoProcess(name) { return }
    let identity: SeriesIdentity
    let handles: Int64
    do throws(FieldFault) {
      identity = SeriesIdentity(
        host: host, process: try Name.read(name, bytesMax: limits.nameBytesMax, in: .codePage),
        pid: try Count.read(text.extracting(pid)))
      handles = try Count.read(text.extracting(columns[columns.startIndex + 3]))
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    let series = try upload.index(of: identity)
    try snapshots.append(
      handles, to: series, at: lines.number,
      command: "(date /t & time /t & pslist) >> log.txt", into: &upload)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard hasHeader else {
      throw TelemetryError(
        .malformed, "the upload has no line with the headings of pslist",
        hint: "They are Name, Pid, Pri, Thd, Hnd and others.", line: 1, column: 1)
    }
    try snapshots.end(into: &upload)
  }

  private static func words(_ line: Span<UInt8>) -> [Range<Int>] {
    var words = Words()
    var all: [Range<Int>] = []
    while let word = words.next(in: line) { all.append(word) }
    return all
  }

  /// The `PLC-07` of `Process information for PLC-07:`.
  private static func host(_ line: Span<UInt8>) -> Range<Int>? {
    guard line.count > title.utf8.count, line[line.count - 1] == ASCII.colon,
      line.extracting(0..<title.utf8.count - 1).isOne(of: [String(title.dropLast())])
    else { return nil }
    return title.utf8.count..<line.count - 1
  }
}
