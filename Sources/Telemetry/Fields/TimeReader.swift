import Bytes
public import Handles
import KnowledgeBase

/// Reads times to milliseconds of UTC with plain arithmetic.
///
/// Remembers the last day, because the rows of an upload share a few.
struct TimeReader: Sendable {
  /// Year, month and day in one number; no day is -1.
  private var day = -1
  private var midnight: Int64 = 0
  /// The last minute that `readPlain` read: its sixteen bytes, and its milliseconds. At first the
  /// minute 0, since any other bytes here would be taken for one.
  private var minuteText = Self.firstMinute
  private var minute: Int64 = 0
  /// Of dates with a time that carry no offset; nil is UTC.
  private var zone: CachedZone?
  /// Whether a time came without an offset.
  private(set) var hasLocalTimes = false
  /// The offset that the last time with one had, in minutes.
  private var lastOffset = 0

  /// Reads times without an offset in `zone`, or in UTC.
  init(zone: LogZone? = nil) { self.zone = zone.map { CachedZone($0) } }

  private static let firstMinute: (UInt64, UInt64) = {
    let text = Array("1970-01-01T00:00".utf8)
    return halves(text.span, at: 0)
  }()

  /// Sixteen bytes, as two numbers.
  @inline(__always)
  private static func halves(_ bytes: Span<UInt8>, at start: Int) -> (UInt64, UInt64) {
    let raw = bytes.bytes
    return (
      raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self),
      raw.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
    )
  }

  /// Epoch numbers below this are seconds (to the year 5138), others milliseconds (from 1973 on).
  static let firstMillisecondEpoch: Int64 = 100_000_000_000

  /// RFC 3339, also with a space for the `T`, without seconds, or without a zone (then UTC);
  /// or seconds or milliseconds since 1970, told apart by `firstMillisecondEpoch`.
  mutating func read(_ text: Span<UInt8>) throws(FieldFault) -> Timestamp {
    if text.count >= 16, text[4] == ASCII.minus, text[7] == ASCII.minus {
      return try readDateAndTime(text)
    }
    return try Self.readEpoch(text)
  }

  /// The length of `1999-03-01T08:00:00Z`.
  static let plainBytes = 20

  /// A time like `1999-03-01T08:00:00Z` at `start`; nil for any other form.
  @inline(__always)
  mutating func readPlain(_ bytes: Span<UInt8>, from start: Int) -> Timestamp? {
    guard start >= 0, bytes.count - start >= Self.plainBytes else { return nil }
    let tens = bytes[start + 17].digitValue
    let ones = bytes[start + 18].digitValue
    guard bytes[start + 16] == ASCII.colon, tens <= 5, ones <= 9,
      bytes[start + 19] == UInt8(ascii: "Z")
    else { return nil }
    let second = Int64(tens * 10 + ones) * 1_000
    let text = Self.halves(bytes, at: start)
    if text != minuteText {
      guard let time = try? read(bytes.extracting(start..<start + Self.plainBytes)) else {
        return nil
      }
      minute = time.milliseconds - second
      minuteText = text
    }
    return Timestamp(milliseconds: minute + second)
  }

  /// Takes over what another reader met.
  mutating func join(_ other: Self) {
    hasLocalTimes = hasLocalTimes || other.hasLocalTimes
    if other.lastOffset != 0 { lastOffset = other.lastOffset }
  }

  /// Says in which zone times without an offset were read.
  func report(_ upload: inout UploadBuilder) {
    if lastOffset != 0 {
      let name = "\(lastOffset < 0 ? "-" : "+")\(Self.clock(lastOffset.magnitude))"
      upload.times.zone = LogZone(name: name, offsetMinutes: lastOffset)
    }
    guard hasLocalTimes, let zone else { return }
    upload.times.zone = zone.zone
    upload.note("Times without an offset were read in \(zone.zone.name).")
  }

  private mutating func readDateAndTime(_ text: Span<UInt8>) throws(FieldFault) -> Timestamp {
    var index = 0
    let year = try Self.number(text, &index, digits: 4...4)
    index += 1
    let month = try Self.number(text, &index, digits: 2...2)
    index += 1
    let day = try Self.number(text, &index, digits: 2...2)
    let start = try startOfDay(year, month, day)
    guard text[index].lowercased == UInt8(ascii: "t") || text[index] == ASCII.space else {
      throw .notATime
    }
    index += 1
    let time = try Self.timeOfDay(text, &index, hourDigits: 2...2)
    let local = start + time
    guard let offset = try Self.offsetMinutes(text, &index) else {
      hasLocalTimes = true
      return try Self.timestamp(local + (zone?.bias(at: local) ?? 0))
    }
    lastOffset = offset
    return try Self.timestamp(local - Int64(offset) * 60_000)
  }

  /// Milliseconds from 1970 to the day.
  mutating func startOfDay(
    _ year: Int, _ month: Int, _ day: Int
  ) throws(FieldFault) -> Int64 {
    let packed = (year * 100 + month) * 100 + day
    if packed == self.day { return midnight }
    guard CivilDate.years.contains(year) else { throw .timeOutOfRange }
    guard let date = CivilDate(year: year, month: month, day: day) else { throw .noSuchDay }
    self.day = packed
    midnight = Int64(date.daysSince1970) * Timestamp.millisecondsPerDay
    return midnight
  }

  /// Milliseconds of `HH:MM[:SS[.fff…]]`; digits after the third are cut.
  private static func timeOfDay(
    _ text: Span<UInt8>, _ index: inout Int, hourDigits: ClosedRange<Int>
  ) throws(FieldFault) -> Int64 {
    let hour = try number(text, &index, digits: hourDigits)
    try expect(ASCII.colon, text, &index)
    let minute = try number(text, &index, digits: 2...2)
    var second = 0
    var milliseconds = 0
    if index < text.count, text[index] == ASCII.colon {
      index += 1
      second = try number(text, &index, digits: 2...2)
      if index < text.count, text[index] == ASCII.point || text[index] == ASCII.comma {
        index += 1
        milliseconds = try fraction(text, &index)
      }
    }
    guard hour < 24, minute < 60, second < 60 else { throw .timeOutOfRange }
    return Int64(((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds)
  }

  static func fraction(
    _ text: Span<UInt8>, _ index: inout Int
  ) throws(FieldFault) -> Int {
    let start = index
    var value = 0
    var weight = 100
    while index < text.count, text[index].digitValue <= 9 {
      value += Int(text[index].digitValue) * weight
      weight /= 10
      index += 1
    }
    guard index > start else { throw .notATime }
    return value
  }

  /// `Z`, `+01:00`, `+0100` or `+01`, to the end of the text; nil for nothing.
  static func offsetMinutes(
    _ text: Span<UInt8>, _ index: inout Int
  ) throws(FieldFault) -> Int? {
    if index < text.count, text[index] == ASCII.space { index += 1 }
    guard index < text.count else { return nil }
    let sign = text[index]
    index += 1
    if sign.lowercased == UInt8(ascii: "z") {
      guard index == text.count else { throw .notATime }
      return 0
    }
    guard sign == ASCII.plus || sign == ASCII.minus else { throw .notATime }
    let hours = try number(text, &index, digits: 2...2)
    var minutes = 0
    if index < text.count {
      if text[index] == ASCII.colon { index += 1 }
      minutes = try number(text, &index, digits: 2...2)
    }
    guard index == text.count, hours < 24, minutes < 60 else { throw .badOffset }
    return (hours * 60 + minutes) * (sign == ASCII.minus ? -1 : 1)
  }

  /// A whole number of seconds or milliseconds since 1970; nil beyond the year 9999.
  @inline(__always)
  static func epoch(_ value: Int64) -> Timestamp? {
    let (milliseconds, overflow) =
      abs(value) < firstMillisecondEpoch
      ? value.multipliedReportingOverflow(by: 1_000) : (value, false)
    return overflow ? nil : Timestamp(milliseconds: milliseconds)
  }

  /// `05:30`.
  private static func clock(_ minutes: UInt) -> String {
    let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
    return "\(hours < 10 ? "0" : "")\(hours):\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Also with a fraction of seconds, and with an exponent, as some exporters write large numbers.
  private static func readEpoch(_ text: Span<UInt8>) throws(FieldFault) -> Timestamp {
    guard !text.isEmpty, text[0] != ASCII.plus, let number = DecimalNumber(text) else {
      throw .notATime
    }
    guard let whole = number.truncated(scaledBy: 0) else { throw .timeOutOfRange }
    let isSeconds = abs(whole) < firstMillisecondEpoch
    guard let milliseconds = isSeconds ? number.truncated(scaledBy: 3) : whole else {
      throw .timeOutOfRange
    }
    return try timestamp(milliseconds)
  }

  static func timestamp(_ milliseconds: Int64) throws(FieldFault) -> Timestamp {
    guard let time = Timestamp(milliseconds: milliseconds) else { throw .timeOutOfRange }
    return time
  }

  @inline(__always)
  static func number(
    _ text: Span<UInt8>, _ index: inout Int, digits: ClosedRange<Int>
  ) throws(FieldFault) -> Int {
    var value = 0
    var count = 0
    while count < digits.upperBound, index < text.count {
      let digit = text[index].digitValue
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int(digit)
      count &+= 1
      index &+= 1
    }
    guard count >= digits.lowerBound else { throw .notATime }
    return value
  }

  static func expect(
    _ byte: UInt8, _ text: Span<UInt8>, _ index: inout Int
  ) throws(FieldFault) {
    guard index < text.count, text[index] == byte else { throw .notATime }
    index += 1
  }
}

extension Timestamp {
  /// A date with a time as uploads may write it: RFC 3339, also with a space for the `T`, without
  /// seconds, or without a zone (then UTC). Nil for anything else.
  public init?(uploaded text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 16, bytes[4] == ASCII.minus else { return nil }
    var reader = TimeReader()
    guard let time = try? reader.read(bytes.span) else { return nil }
    self = time
  }
}
