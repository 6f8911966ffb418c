import Bytes
import Handles
import KnowledgeBase

/// Reads the local times of one log, whose dates may be month-first or day-first.
///
/// Until it is known which, times are month-first, without a zone, and the samples that have them are
/// marked in the upload; what decides them, which may be the last row, turns them into what they are.
/// So a log is read once, and nothing of it is kept but its samples.
struct LocalClock: Sendable {
  private var times = TimeReader()
  private var isConfigured = false
  private var requested: DateOrder?
  private var stored: DateOrder?
  private var undecided = UploadOptions.UndecidedDates.areMonthFirst
  private var zone: CachedZone?
  /// Minutes to add to local times for UTC, where the log says it; comes before `zone`.
  private var biasMinutes: Int?

  private var order: DateOrder?
  private var basis: DateOrderBasis?
  private var decidingRow = Row()
  private var steps = DateSteps()
  /// The first row of those that wait for a decision.
  private var firstPending: Row?
  /// The first of them that isn't the same in both orders.
  private var firstAmbiguous: Row?

  /// A row for a message.
  private struct Row: Sendable {
    var line = 0
    var text = ""
  }

  /// Whether a time was read, and so something may be known or wait.
  private(set) var isUsed = false

  /// Whether times that were read wait for a decision.
  var isWaiting: Bool { firstPending != nil }

  /// Takes over what the caller knows; once, before the first time is read.
  mutating func configure(_ options: UploadOptions) {
    guard !isConfigured else { return }
    isConfigured = true
    requested = options.dateOrder
    stored = options.hostDateOrder
    undecided = options.undecidedDates
    zone = options.zone.map { CachedZone($0) }
  }

  /// Begins a log, or a part of one, whose header says how far it is from UTC, or doesn't.
  mutating func begin(
    biasMinutes: Int?, zone name: String?, at line: Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    configure(upload.options)
    if firstPending != nil, biasMinutes != self.biasMinutes {
      try end(into: &upload)
    }
    self.biasMinutes = biasMinutes
    if let biasMinutes {
      upload.times.zone = LogZone(name: name ?? "local time", offsetMinutes: -biasMinutes)
    } else if let zone {
      upload.times.zone = zone.zone
      upload.note("The log names no time zone: its times were read in \(zone.zone.name).")
    } else {
      upload.note("The log names no time zone: its times were taken for UTC.")
    }
  }

  /// The time of a row with a date and a time in one text.
  mutating func read(
    _ text: Span<UInt8>, at line: Int, into upload: inout UploadBuilder
  ) throws(LocalTimeFault) -> Timestamp {
    let local: LocalTime
    do throws(FieldFault) {
      local = try LocalTime(text, expected: requested ?? stored)
    } catch {
      throw .field(error)
    }
    return try take(local, at: line, into: &upload, text)
  }

  /// The time of a row with its date and its time in two texts.
  mutating func read(
    date: Span<UInt8>, time: Span<UInt8>, at line: Int, into upload: inout UploadBuilder
  ) throws(LocalTimeFault) -> Timestamp {
    let local: LocalTime
    do throws(FieldFault) {
      local = try LocalTime(date: date, time: time, expected: requested ?? stored)
    } catch {
      throw .field(error)
    }
    return try take(local, at: line, into: &upload, date)
  }

  /// Decides what still waits.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {
    defer { reportOrder(&upload) }
    guard firstPending != nil else { return }
    guard let ambiguous = firstAmbiguous else {
      // Days such as 4/4: the order doesn't matter.
      return try settle(.monthFirst, into: &upload)
    }
    if let even = steps.order {
      try decide(even, .steps, Row(), into: &upload)
      return
    }
    guard undecided == .areMonthFirst else {
      throw TelemetryError(
        .malformed,
        "\"\(ambiguous.text)\" can be month-first or day-first, and so can all dates here",
        hint: "Say which with date_order=mdy (month first) or date_order=dmy (day first).",
        line: ambiguous.line)
    }
    upload.note(
      "Dates such as \(ambiguous.text) were read month-first, though they may be day-first: if they "
        + "are, say so with date_order=dmy.")
    try decide(.monthFirst, .assumed, Row(), into: &upload)
  }

  private mutating func take(
    _ local: LocalTime, at line: Int, into upload: inout UploadBuilder, _ text: Span<UInt8>
  ) throws(LocalTimeFault) -> Timestamp {
    isUsed = true
    configure(upload.options)
    do throws(TelemetryError) {
      try decide(by: local, at: line, into: &upload, text)
      // A time of another form mustn't wait with the others.
      if local.order == .yearFirst, isWaiting { try end(into: &upload) }
    } catch {
      throw .upload(error)
    }
    do throws(FieldFault) {
      if local.order == .yearFirst || order != nil {
        return try utc(local, order(of: local))
      }
      return try pending(local, at: line, into: &upload, text)
    } catch {
      throw .field(error)
    }
  }

  /// The order that counts for one row.
  private func order(of local: LocalTime) -> DateOrder {
    local.order == .yearFirst ? .yearFirst : order ?? .monthFirst
  }

  /// Decides the order if the row tells it, and refuses a log that has both.
  @inline(__always)
  private mutating func decide(
    by local: LocalTime, at line: Int, into upload: inout UploadBuilder, _ text: Span<UInt8>
  ) throws(TelemetryError) {
    if let order {
      let month = order == .dayFirst ? local.second : local.first
      if month <= 12 || local.order == .yearFirst { return }
      return try checkContradiction(local, order, at: line, text)
    }
    if local.order == .yearFirst { return }
    let decidesAlone =
      local.isToolForm || local.order != nil || local.first > 12 || local.second > 12
    guard decidesAlone || requested != nil || stored != nil else { return }
    let row = Row(line: line, text: Self.shown(text))
    if let requested, requested != .yearFirst {
      try decide(requested, .request, row, into: &upload)
    } else if local.isToolForm {
      try decide(.monthFirst, .form, row, into: &upload)
    } else if let form = local.order {
      try decide(form, .form, row, into: &upload)
    } else if let stored, stored != .yearFirst {
      try decide(stored, .host, row, into: &upload)
      try checkContradiction(local, stored, at: line, text)
    } else if local.first > 12, local.exists(in: .dayFirst) {
      try decide(.dayFirst, .impossibleMonth, row, into: &upload)
    } else if local.second > 12, local.exists(in: .monthFirst) {
      try decide(.monthFirst, .impossibleMonth, row, into: &upload)
    }
  }

  /// A date that only the other order has contradicts what other dates or the host said. A request, and
  /// a tool that has no other form, are believed: there it is the row that is wrong.
  private func checkContradiction(
    _ local: LocalTime, _ order: DateOrder, at line: Int, _ text: Span<UInt8>
  ) throws(TelemetryError) {
    let month = local.dayAndMonth(order).month
    guard month > 12, local.exists(in: order == .dayFirst ? .monthFirst : .dayFirst),
      basis == .impossibleMonth || basis == .host
    else { return }
    let other = order == .dayFirst ? DateOrder.monthFirst : .dayFirst
    let date = Self.shown(text)
    if basis == .host {
      throw TelemetryError(
        .malformed,
        "\"\(date)\" can't be \(order.words), which the dates of this host's uploads were so far",
        hint: "If this log is \(other.words), send it with date_order=\(other.rawValue).",
        line: line)
    }
    throw TelemetryError(
      .malformed,
      "\"\(date)\" can only be \(other.words), but \"\(decidingRow.text)\" in line "
        + "\(decidingRow.line) can only be \(order.words)",
      hint: "Send the rows of each order by themselves, or say with date_order which rows to take.",
      line: line)
  }

  private mutating func decide(
    _ new: DateOrder, _ why: DateOrderBasis, _ row: Row, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    (order, basis, decidingRow) = (new, why, row)
    if firstPending != nil { try settle(new, into: &upload) }
    guard new == .dayFirst else { return }
    switch why {
    case .impossibleMonth:
      upload.note(
        "Dates were read day-first, because of \(row.text) in line \(row.line).")
    case .steps:
      upload.note("Dates were read day-first: month-first, the log would leap by weeks.")
    default: break
    }
  }

  /// Turns what waits into UTC.
  private mutating func settle(
    _ order: DateOrder, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let line = firstPending?.line ?? 1
    firstPending = nil
    let swaps = order == .dayFirst
    let bias = biasMinutes.map { Int64($0) * 60_000 }
    var zone = zone
    var days = SwappedDays()
    let lost = upload.settleTimes { time in
      let local = swaps ? days.swapped(time.milliseconds) : time.milliseconds
      return Timestamp(milliseconds: local + (bias ?? zone?.bias(at: local) ?? 0))
    }
    if lost > 0 {
      try upload.reject(line: line, count: lost, FieldFault.timeOutOfRange.detail)
    }
  }

  private mutating func reportOrder(_ upload: inout UploadBuilder) {
    guard let order, basis != .form || order != .monthFirst else { return }
    upload.times.dateOrder = order
    upload.times.dateOrderBasis = basis
  }

  private mutating func utc(
    _ local: LocalTime, _ order: DateOrder
  ) throws(FieldFault) -> Timestamp {
    let (day, month) = local.dayAndMonth(order)
    guard month <= 12 || day > 12 else { throw .otherDateOrder(order) }
    let time = try times.startOfDay(local.year, month, day) + local.time
    if let biasMinutes { return try TimeReader.timestamp(time + Int64(biasMinutes) * 60_000) }
    return try TimeReader.timestamp(time + (zone?.bias(at: time) ?? 0))
  }

  /// The time of a row that doesn't tell the order either: month-first, as long as nothing is known.
  private mutating func pending(
    _ local: LocalTime, at line: Int, into upload: inout UploadBuilder, _ text: Span<UInt8>
  ) throws(FieldFault) -> Timestamp {
    let monthFirst = try times.startOfDay(local.year, local.first, local.second) + local.time
    let swapped = CivilDate(year: local.year, month: local.second, day: local.first)
    guard let swapped, let time = Timestamp(milliseconds: monthFirst) else { throw .noSuchDay }
    steps.take(
      monthFirst: monthFirst,
      dayFirst: Int64(swapped.daysSince1970) * Timestamp.millisecondsPerDay + local.time)
    if firstPending == nil {
      firstPending = Row(line: line, text: Self.shown(text))
      upload.markTimes()
    }
    if firstAmbiguous == nil, local.isAmbiguous {
      firstAmbiguous = Row(line: line, text: Self.shown(text))
    }
    return time
  }

  /// As it may be repeated in a message.
  static func shown(_ text: Span<UInt8>) -> String {
    String(
      decoding: text.copied().prefix(40).filter { 0x20...0x7E ~= $0 }, as: UTF8.self)
  }
}

/// What is wrong with the time of a row: the row, or with it the log.
enum LocalTimeFault: Error {
  case field(FieldFault)
  case upload(TelemetryError)

  /// What is wrong with the row; throws what is wrong with the log.
  func ofRow() throws(TelemetryError) -> FieldFault {
    switch self {
    case .field(let fault): return fault
    case .upload(let error): throw error
    }
  }
}

/// Swaps day and month, one day after another.
private struct SwappedDays {
  private var day = Int64.min
  private var shift: Int64 = 0

  mutating func swapped(_ local: Int64) -> Int64 {
    let length = Timestamp.millisecondsPerDay
    let day = local >= 0 ? local / length : (local - length + 1) / length
    if day != self.day {
      self.day = day
      shift = 0
      if let date = CivilDate(daysSince1970: Int(day)),
        let other = CivilDate(year: date.year, month: date.day, day: date.month)
      {
        shift = (Int64(other.daysSince1970) - day) * length
      }
    }
    return local + shift
  }
}
