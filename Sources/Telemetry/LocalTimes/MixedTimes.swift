import Bytes
import Handles

/// Reads times in whatever form a tool or a region writes them, one after another.
///
/// RFC 3339 and the like, numbers since 1970 in any unit, `/Date(1699257600000)/` of PowerShell's JSON,
/// `Mon Nov  6 08:00:00 2023 UTC` and local times as `LocalClock` reads them.
struct MixedTimes: Sendable {
  private var times = TimeReader()
  private var clock = LocalClock()

  mutating func use(_ options: UploadOptions) { times = TimeReader(zone: options.zone) }

  mutating func read(
    _ text: Span<UInt8>, at line: Int, into upload: inout UploadBuilder
  ) throws(LocalTimeFault) -> Timestamp {
    let time: Timestamp
    do throws(FieldFault) {
      time = try exact(text)
    } catch {
      guard error == .notATime, LocalTime.isLikely(text) else { throw .field(error) }
      return try local(text, at: line, into: &upload)
    }
    if clock.isWaiting {
      // A time of another form mustn't wait with the others.
      do throws(TelemetryError) { try clock.end(into: &upload) } catch { throw .upload(error) }
    }
    return time
  }

  /// Decides what local times are, if nothing has.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    times.report(&upload)
    try clock.end(into: &upload)
  }

  private mutating func local(
    _ text: Span<UInt8>, at line: Int, into upload: inout UploadBuilder
  ) throws(LocalTimeFault) -> Timestamp {
    if !clock.isUsed {
      do throws(TelemetryError) {
        try clock.begin(biasMinutes: nil, zone: nil, at: line, into: &upload)
      } catch {
        throw .upload(error)
      }
    }
    return try clock.read(text, at: line, into: &upload)
  }

  private mutating func exact(_ text: Span<UInt8>) throws(FieldFault) -> Timestamp {
    guard let first = text.isEmpty ? nil : text[0] else { throw .notATime }
    if first == ASCII.slash, let milliseconds = Self.jsonDate(text) {
      return try TimeReader.timestamp(milliseconds)
    }
    if first.isDigit, (15...19).contains(text.count), let number = Int64(text) {
      // Microseconds have 16 digits, nanoseconds 19.
      return try TimeReader.timestamp(number / (text.count > 16 ? 1_000_000 : 1_000))
    }
    if !first.isDigit, let time = try named(text) { return time }
    return try times.read(text)
  }

  /// The number of `/Date(1699257600000)/` and `/Date(1699257600000+0100)/`: the offset is where it was.
  private static func jsonDate(_ text: Span<UInt8>) -> Int64? {
    let prefix = Array("/Date(".utf8)
    guard text.count > prefix.count, text.extracting(0..<prefix.count).equals(prefix) else {
      return nil
    }
    var end = prefix.count
    if end < text.count, text[end] == ASCII.minus { end += 1 }
    while end < text.count, text[end].isDigit { end += 1 }
    return Int64(text.extracting(prefix.count..<end))
  }

  /// A date in words, `Nov 6, 2023 @ 08:00:00.000`; nil for none.
  mutating func named(_ text: Span<UInt8>) throws(FieldFault) -> Timestamp? {
    guard let line = DatedLine(text), let day = line.date, let hours = line.time else { return nil }
    let local = try LocalTime(date: day.span, time: hours.span, expected: nil)
    guard local.order == .yearFirst else { return nil }
    guard let offset = line.offsetMinutes else {
      // As other times without an offset.
      return try times.read(Array("\(Self.iso(day)) \(Self.clock(local.time))".utf8).span)
    }
    let midnight = try times.startOfDay(local.year, local.first, local.second)
    return try TimeReader.timestamp(midnight + local.time - Int64(offset) * 60_000)
  }

  private static func iso(_ day: [UInt8]) -> String { String(decoding: day, as: UTF8.self) }

  private static func clock(_ milliseconds: Int64) -> String {
    func digits(_ number: Int64, _ count: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
    let seconds = milliseconds / 1_000
    return digits(seconds / 3_600, 2) + ":" + digits(seconds / 60 % 60, 2) + ":"
      + digits(seconds % 60, 2) + "." + digits(milliseconds % 1_000, 3)
  }
}

extension Int64 {
  fileprivate init?(_ text: Span<UInt8>) {
    self.init(String(decoding: text.copied(), as: UTF8.self))
  }
}
