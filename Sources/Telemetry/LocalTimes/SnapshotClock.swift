import Bytes
import Handles

/// The time of each list in a file of lists that a tool printed one after another, with a line before
/// each that says when.
struct SnapshotClock: Sendable {
  private var clock = LocalClock()
  private var times = TimeReader()
  private var hasBegun = false
  /// Waits for the time of day, which `date /t` and `time /t` print in lines of their own.
  private var date: [UInt8]?
  private var time: Timestamp?
  /// What was counted at the time of receipt.
  private var untimed: Set<Int> = []

  mutating func use(_ options: UploadOptions) { times = TimeReader(zone: options.zone) }

  /// Whether the line says a time, and no more.
  mutating func take(
    _ line: Span<UInt8>, at number: Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Bool {
    guard let found = DatedLine(line), found.date != nil || found.moment != nil || date != nil
    else {
      return false
    }
    if let moment = found.moment {
      guard let exact = try? times.read(moment.span) else { return false }
      (time, date) = (exact, nil)
      return true
    }
    guard let day = found.date ?? date else { return false }
    guard let hours = found.time else {
      date = day
      time = try read(day, Array("00:00".utf8), nil, at: number, into: &upload)
      return true
    }
    // The day stays for the next time, where a loop prints it once.
    date = day
    time = try read(day, hours, found.offsetMinutes, at: number, into: &upload)
    return true
  }

  /// Nil, and a rejected row, for a day or an hour that there isn't.
  private mutating func read(
    _ day: [UInt8], _ hours: [UInt8], _ offset: Int?, at line: Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Timestamp? {
    do throws(LocalTimeFault) {
      if let offset, let exact = try? exact(day, hours, offset) { return exact }
      if !hasBegun {
        hasBegun = true
        do throws(TelemetryError) {
          try clock.begin(biasMinutes: nil, zone: nil, at: line, into: &upload)
        } catch {
          throw .upload(error)
        }
      }
      return try clock.read(date: day.span, time: hours.span, at: line, into: &upload)
    } catch {
      let fault = try error.ofRow()
      try upload.reject(line: line, "\(fault.detail): \"\(LocalClock.shown(day.span))\"")
      return nil
    }
  }

  /// With an offset, for a date that can be read in one way only.
  private mutating func exact(
    _ day: [UInt8], _ hours: [UInt8], _ offset: Int
  ) throws(FieldFault) -> Timestamp? {
    let local = try LocalTime(date: day.span, time: hours.span, expected: nil)
    guard local.order == .yearFirst else { return nil }
    let midnight = try times.startOfDay(local.year, local.first, local.second)
    return try TimeReader.timestamp(midnight + local.time - Int64(offset) * 60_000)
  }

  /// Adds a count of the list that is being read.
  ///
  /// - Parameters:
  ///   - own: The time of the count, where it has one of its own.
  ///   - command: One that makes a log, with the time of each list, for a note on a list of one moment
  ///     and for the refusal of several lists without times.
  @discardableResult
  mutating func append(
    _ count: Int64, to series: Int, at line: Int, time own: Timestamp? = nil,
    command: @autoclosure () -> String, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Timestamp {
    let time = own ?? self.time
    let moment = if let time { time } else { try upload.timeOfReceipt() }
    if time == nil, untimed.isEmpty, !upload.options.isStored {
      upload.note("A list of one moment can't show a leak. This makes a log: \(command())")
    }
    if time == nil, !untimed.insert(series).inserted {
      throw TelemetryError(
        .malformed, "several lists one after another, and nothing says when each was made",
        hint: "Print the time before each list: \(command())", line: line)
    }
    try upload.append(Sample(time: moment, handles: count), to: series)
    return moment
  }

  /// Decides what times in an order that isn't known yet are.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    try clock.end(into: &upload)
    times.report(&upload)
  }
}
