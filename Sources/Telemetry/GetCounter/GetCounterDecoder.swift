import Bytes
import Handles

/// What PowerShell's `Get-Counter` shows on a console or in a redirected file:
///
/// ```
/// Timestamp                 CounterSamples
/// ---------                 --------------
/// 11/6/2023 8:00:00 AM      \\plc-07\process(extra)\handle count :
///                           812
///
///                           \\plc-07\process(spoolss)\handle count :
///                           59
/// ```
///
/// A narrow console breaks a path over lines; it ends with the colon. `Format-List` writes `Timestamp :`
/// and `Readings :` instead.
struct GetCounterDecoder: LineDecoder {
  var lines: LineFeed
  private let limits: TelemetryLimits
  private var times = MixedTimes()
  private var time: Timestamp?
  /// The path that is being read, over as many lines as it takes.
  private var path: [UInt8] = []
  private var isInPath = false
  private var block = CounterBlock()
  private var hasHeader = false
  private static let pathBytesMax = 4_096

  init(limits: TelemetryLimits) {
    self.limits = limits
    lines = LineFeed(limits: limits)
  }

  mutating func use(_ options: UploadOptions) { times.use(options) }

  static func isHeader(_ line: Span<UInt8>) -> Bool {
    var words = Words()
    guard let first = words.next(in: line), line.extracting(first).isOne(of: ["timestamp"]),
      let second = words.next(in: line)
    else { return false }
    if line.extracting(second).isOne(of: ["countersamples"]) { return true }
    // `Timestamp : 11/6/2023 8:00:00 AM`
    guard line.extracting(second).isOne(of: [":"]), let third = words.next(in: line) else {
      return false
    }
    return LocalTime.isLikely(line.extracting(third))
  }

  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var text = line.extracting(line.trimmedRange())
    if text.isEmpty || text[0] == ASCII.minus { return }
    if Self.isHeader(text) {
      hasHeader = true
      guard let colon = text.first(ASCII.colon, in: 0..<min(text.count, 24)) else { return }
      text = text.extracting(colon + 1..<text.count)
      text = text.extracting(text.trimmedRange())
      return try takeTime(text, into: &upload)
    }
    guard hasHeader else { return }
    if let start = Self.pathStart(text) {
      let stamp = text.extracting(text.trimmedRange(of: 0..<start))
      if !stamp.isEmpty, stamp[0].isDigit { try takeTime(stamp, into: &upload) }
      path = []
      isInPath = true
      return try takePath(text.extracting(start..<text.count))
    }
    if isInPath { return try takePath(text) }
    guard !path.isEmpty else { return }
    try takeValue(text, into: &upload)
  }

  /// Where two backslashes begin a path.
  private static func pathStart(_ text: Span<UInt8>) -> Int? {
    guard text.count > 2 else { return nil }
    return (0..<text.count - 2).first {
      text[$0] == ASCII.backslash && text[$0 + 1] == ASCII.backslash
    }
  }

  private mutating func takeTime(
    _ stamp: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    try flush(into: &upload)
    do throws(LocalTimeFault) {
      time = try times.read(stamp, at: lines.number, into: &upload)
    } catch {
      time = nil
      let fault = try error.ofRow()
      try upload.reject(line: lines.number, column: 1, fault.detail)
    }
  }

  private mutating func takePath(_ text: Span<UInt8>) throws(TelemetryError) {
    // A console breaks at a blank or anywhere: between a word and the next there is one in a counter.
    if let last = path.last, last != ASCII.space, text[0] != ASCII.backslash, !text[0].isDigit,
      !path.suffix(1).elementsEqual([ASCII.backslash])
    {
      path.append(ASCII.space)
    }
    path.append(copying: text)
    isInPath = path.last != ASCII.colon && path.count <= Self.pathBytesMax
    guard !isInPath else { return }
    while let last = path.last, last == ASCII.colon || last.isBlank { path.removeLast() }
  }

  private mutating func takeValue(
    _ text: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let name = path
    path = []
    let (counter, value): (CounterPath, Int64)
    do throws(FieldFault) {
      guard let found = try CounterPath(name.span, nameBytesMax: limits.nameBytesMax) else {
        return
      }
      guard time != nil else { throw .notATime }
      (counter, value) = (found, try Count.read(text, decimalComma: true))
    } catch {
      return try upload.reject(line: lines.number, error.detail)
    }
    try block.take(counter, value, line: lines.number, limits: limits)
  }

  private mutating func flush(into upload: inout UploadBuilder) throws(TelemetryError) {
    guard let moment = time, !block.isEmpty else { return }
    try block.flush(at: moment, into: &upload)
  }

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try flush(into: &upload)
    try times.end(into: &upload)
  }
}
