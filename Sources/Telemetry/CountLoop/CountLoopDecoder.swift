import Bytes
import Handles

/// What a loop in a shell leaves: times and counts, in one line or one after the other.
///
/// ```
/// Mon Nov  6 08:00:00 UTC 2023
/// 840
/// ```
///
/// Before a count may stand a name, a PID or `/proc/812/fd`; `ls -l /proc/812/fd` is counted. The caller
/// says whose counts they are where the lines don't.
struct CountLoopDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var snapshots = SnapshotClock()
  private var process: String?
  /// The process of a listing of `/proc/812/fd`, and the descriptors in it so far.
  private var listing: (pid: Int64?, count: Int64)?
  private var isUnix = false

  static let logCommand = "while true; do date; ls /proc/PID/fd | wc -l; sleep 60; done > log.txt"

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) {
    snapshots.use(options)
    process = options.process
  }

  /// Whether a body begins with a time and then has counts.
  static func isHead(_ lines: [[UInt8]]) -> Bool {
    guard let first = lines.first, CountedLine.timeWords(first.span) != nil else { return false }
    return lines.prefix(8).contains { line in
      guard let words = CountedLine.timeWords(line.span) else {
        return CountedLine(line.span, from: 0) != nil || isDescriptor(line.span)
          || CountedLine.pidOfPath(line.span) != nil
      }
      return CountedLine(line.span, from: words) != nil
    }
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let text = line.extracting(line.trimmedRange())
    if text.isEmpty { return }
    if Self.isDescriptor(text) {
      isUnix = true
      listing = (listing?.pid, (listing?.count ?? 0) + 1)
      return
    }
    var start = 0
    if let words = CountedLine.timeWords(text) {
      try flush(into: &upload)
      isUnix = isUnix || CountedLine.isOfUnix(text)
      let stamp = text.extracting(0..<words)
      guard try snapshots.take(stamp, at: lines.number, into: &upload) else {
        return try upload.reject(line: lines.number, FieldFault.notATime.detail)
      }
      start = words
      if text.trimmedRange(of: start..<text.count).isEmpty { return }
    }
    // The size of what `ls -l` lists.
    if text.count > 6, text.extracting(0..<6).isOne(of: ["total"]) { return }
    if let counted = CountedLine(text, from: start) { return try take(text, counted, &upload) }
    if let pid = CountedLine.pidOfPath(text) {
      try flush(into: &upload)
      isUnix = true
      listing = (pid, 0)
    } else {
      try upload.reject(
        line: lines.number, value: RejectedValue.text(text, 0..<text.count),
        "neither a time nor a count")
    }
  }

  /// A line of `ls -l`: `lrwx------ 1 root root 64 Nov  6 08:00 3 -> /dev/null`.
  private static func isDescriptor(_ text: Span<UInt8>) -> Bool {
    guard text.count > 10, text[0] == UInt8(ascii: "l"),
      text[1] == UInt8(ascii: "r") || text[1] == ASCII.minus
    else { return false }
    return (0..<text.count - 1).contains {
      text[$0] == ASCII.minus && text[$0 + 1] == UInt8(ascii: ">")
    }
  }

  private mutating func take(
    _ text: Span<UInt8>, _ counted: CountedLine, _ upload: inout UploadBuilder
  ) throws(TelemetryError) {
    isUnix = isUnix || counted.isDescriptors
    let name: String?
    do throws(FieldFault) {
      name = try counted.name.map { range throws(FieldFault) in
        try Name.read(text.extracting(range), bytesMax: limits.nameBytesMax, in: .codePage)
      }
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    try append(counted.count, name: name, pid: counted.pid, into: &upload)
  }

  private mutating func append(
    _ count: Int64, name: String?, pid: Int64?, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    guard let name = name ?? process ?? pid.map({ "PID \($0)" }) else {
      throw CSVHeader.noProcess(at: lines.number)
    }
    let series = try upload.index(
      of: SeriesIdentity(
        process: name, pid: pid, resource: isUnix ? .fileDescriptors : .handles))
    if isUnix { upload.witness(.hard("the log counts descriptors of Unix processes")) }
    try snapshots.append(
      count, to: series, at: lines.number, command: Self.logCommand, into: &upload)
  }

  private mutating func flush(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard let (pid, count) = listing else { return }
    listing = nil
    if count > 0 { try append(count, name: nil, pid: pid, into: &upload) }
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try flush(into: &upload)
    try snapshots.end(into: &upload)
  }
}
