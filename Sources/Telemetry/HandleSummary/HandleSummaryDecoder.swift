import Bytes
import Handles

/// What Sysinternals' `handle -s` prints: the handles of a host by type.
///
/// ```
/// Handle type summary:
///   Event           : 91
///   Key             : 7
/// Total handles: 238
/// ```
///
/// A type may come more than once; its counts are added. The only source of the number of keys, which
/// alone decides about the overflow of a key's count. Where a line such as `EXTRA.exe pid: 212` stands
/// before a summary, it is that process's, else the host's. A file may hold many, each behind a line
/// with its time.
struct HandleSummaryDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var owner = Self.all
  private var summary: Summary?
  private var hasSummary = false
  private var snapshots = SnapshotClock()

  /// As Performance Monitor calls all processes together.
  private static let all = SeriesIdentity(process: "_Total")
  private static let title = ["handle type summary:"]

  private struct Summary {
    var line: Int
    var keys: Int64 = 0
  }

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) { snapshots.use(options) }

  static func isTitle(_ line: Span<UInt8>) -> Bool { line.isOne(of: title) }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    if text.isEmpty { return }
    if Self.isTitle(text) {
      try rejectOpenSummary(into: &upload)
      summary = Summary(line: lines.number)
      hasSummary = true
      return
    }
    if summary == nil, try snapshots.take(text, at: lines.number, into: &upload) { return }
    let row: Row?
    do throws(FieldFault) {
      row = try read(text)
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    switch row {
    case nil: break
    case .owner(let identity): owner = identity
    case .type(let count, let isKey):
      // Both are at most the limit, so the sum can't overflow.
      let keys = (summary?.keys ?? 0) + (isKey ? count : 0)
      summary?.keys = min(keys, TelemetryLimits.countMax)
    case .total(let count):
      let series = try upload.index(of: owner)
      let time = try snapshots.append(
        count, to: series, at: lines.number,
        command: "(date /t & time /t & handle -s) >> log.txt", into: &upload)
      if let keys = summary?.keys, keys > 0 {
        upload.appendKeys(Sample(time: time, handles: keys), to: series)
        upload.note("handle -s: of \(count) handles of \(owner.process), \(keys) are of keys.")
      }
      owner = Self.all
      summary = nil
    }
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try rejectOpenSummary(into: &upload)
    guard hasSummary else {
      throw TelemetryError(
        .malformed, "the upload has no handle type summary", hint: "Send what handle -s prints.",
        line: 1, column: 1)
    }
    try snapshots.end(into: &upload)
  }

  private enum Row {
    case owner(SeriesIdentity)
    case type(count: Int64, isKey: Bool)
    case total(Int64)
  }

  /// Nil outside a summary, where the program's own name and copyright stand.
  private func read(_ text: Span<UInt8>) throws(FieldFault) -> Row? {
    guard summary != nil else {
      return try HandleOwner.read(text, nameBytesMax: limits.nameBytesMax).map(Row.owner)
    }
    guard let colon = text.last(ASCII.colon, in: 0..<text.count) else { throw .notACount }
    let name = text.extracting(0..<colon)
    let value = text.extracting(colon + 1..<text.count)
    let count = try Count.read(value.extracting(value.trimmedRange()))
    return name.isOne(of: ["total handles"])
      ? .total(count) : .type(count: count, isKey: name.isOne(of: ["key"]))
  }

  /// A summary is of use by its total, which is its last line.
  private mutating func rejectOpenSummary(
    into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let open = summary else { return }
    summary = nil
    owner = Self.all
    try upload.reject(line: open.line, "a summary without its total")
  }
}
