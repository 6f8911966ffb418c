import Bytes
import KnowledgeBase

/// A date and a time as a region of Windows or a spreadsheet writes them, before it is known which
/// number is the month: `11/06/2023 08:00:00.543`, `06.11.2023 08:00`, `11/6/2023 8:00 AM`, `6/11/99`
/// and `8.00.00`.
struct LocalTime: Sendable, Equatable {
  /// The first two numbers of a date that ends with its year, the last two of one that begins with it.
  var first = 0
  var second = 0
  /// All four digits; of two digits below 80 this century's.
  var year = 0
  /// What the form alone says of the order.
  var order: DateOrder?
  /// Milliseconds since midnight.
  var time: Int64 = 0
  /// Whether it is written as typeperf and relog write times, which is month-first everywhere.
  var isToolForm = false

  /// Whether the month and the day can change places, with another date as the result.
  var isAmbiguous: Bool { order == nil && first <= 12 && second <= 12 && first != second }

  /// The length of `10/29/2017 01:59:44.562`.
  private static let toolFormBytes = 23

  /// Whether a text may be one: three numbers with the same sign between them come first.
  static func isLikely(_ text: Span<UInt8>) -> Bool {
    var (index, local) = (0, LocalTime())
    return (try? local.readDate(text, &index, nil)) != nil
  }

  private init() {}

  /// A date and a time in one text.
  ///
  /// - Parameter expected: The order that is known already: tells `23/11/06` from `06/11/23`.
  init(_ text: Span<UInt8>, expected: DateOrder?) throws(FieldFault) {
    if text.count == Self.toolFormBytes, text[2] == ASCII.slash, text[5] == ASCII.slash,
      text[16] == ASCII.colon, text[19] == ASCII.point
    {
      isToolForm = true
    }
    var index = 0
    try readDate(text, &index, expected)
    let start = index
    if index < text.count, text[index] == ASCII.comma || text[index] == UInt8(ascii: "T") {
      index += 1
    }
    Self.skipBlanks(text, &index)
    guard index > start else { throw .notATime }
    time = try Self.timeOfDay(text, &index)
    guard index == text.count else { throw .notATime }
  }

  /// A date and a time in two cells, with blanks around them.
  init(
    date: Span<UInt8>, time: Span<UInt8>, expected: DateOrder?
  ) throws(FieldFault) {
    var index = 0
    Self.skipBlanks(date, &index)
    try readDate(date, &index, expected)
    Self.skipBlanks(date, &index)
    guard index == date.count else { throw .notADateAndTime }
    index = 0
    Self.skipBlanks(time, &index)
    self.time = try Self.timeOfDay(time, &index)
    guard index == time.count else { throw .notADateAndTime }
  }

  /// The day and the month in the order.
  func dayAndMonth(_ order: DateOrder) -> (day: Int, month: Int) {
    order == .dayFirst ? (first, second) : (second, first)
  }

  /// Whether the calendar has the day.
  func exists(in order: DateOrder) -> Bool {
    let (day, month) = dayAndMonth(order)
    return CivilDate(year: year, month: month, day: day) != nil
  }

  private mutating func readDate(
    _ text: Span<UInt8>, _ index: inout Int, _ expected: DateOrder?
  ) throws(FieldFault) {
    let start = index
    let one = try TimeReader.number(text, &index, digits: 1...4)
    let digits = index - start
    guard index < text.count, digits != 3 else { throw .notATime }
    let separator = text[index]
    guard separator == ASCII.slash || separator == ASCII.point || separator == ASCII.minus else {
      throw .notATime
    }
    index += 1
    let two = try TimeReader.number(text, &index, digits: 1...2)
    try TimeReader.expect(separator, text, &index)
    let last = index
    let three = try TimeReader.number(text, &index, digits: 1...4)
    let lastDigits = index - last
    if digits == 4 || (expected == .yearFirst && lastDigits <= 2) {
      guard lastDigits <= 2 else { throw .notATime }
      (first, second, order) = (two, three, .yearFirst)
      year = Self.year(one, digits: digits)
    } else {
      guard lastDigits == 2 || lastDigits == 4 else { throw .notATime }
      (first, second) = (one, two)
      year = Self.year(three, digits: lastDigits)
      // Regions that put points between the numbers put the day first.
      if separator == ASCII.point { order = .dayFirst }
    }
  }

  /// Windows NT 4.0 is of 1996: two digits below 80 are of this century.
  private static func year(_ number: Int, digits: Int) -> Int {
    digits == 4 ? number : number + (number < 80 ? 2000 : 1900)
  }

  /// `8:00`, `08:00:00.543`, `8.00.00`, `8:00:00 AM`, `8:00 p.m.`: milliseconds since midnight.
  private static func timeOfDay(
    _ text: Span<UInt8>, _ index: inout Int
  ) throws(FieldFault) -> Int64 {
    var hour = try TimeReader.number(text, &index, digits: 1...2)
    guard index < text.count, text[index] == ASCII.colon || text[index] == ASCII.point else {
      throw .notATime
    }
    let separator = text[index]
    index += 1
    let minute = try TimeReader.number(text, &index, digits: 2...2)
    var (second, milliseconds) = (0, 0)
    if index < text.count, text[index] == separator {
      index += 1
      second = try TimeReader.number(text, &index, digits: 2...2)
      if index < text.count, [ASCII.point, ASCII.comma, ASCII.colon].contains(text[index]) {
        index += 1
        milliseconds = try TimeReader.fraction(text, &index)
      }
    }
    skipBlanks(text, &index)
    if let isAfternoon = halfOfDay(text, &index) {
      guard (1...12).contains(hour) else { throw .timeOutOfRange }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    skipBlanks(text, &index)
    guard hour < 24, minute < 60, second < 60 else { throw .timeOutOfRange }
    return Int64(((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds)
  }

  /// Whether `PM` stands here, or nil for neither it nor `AM`; with or without points.
  private static func halfOfDay(_ text: Span<UInt8>, _ index: inout Int) -> Bool? {
    guard index < text.count else { return nil }
    let letter = text[index].lowercased
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    var next = index + 1
    if next < text.count, text[next] == ASCII.point { next += 1 }
    guard next < text.count, text[next].lowercased == UInt8(ascii: "m") else { return nil }
    next += 1
    if next < text.count, text[next] == ASCII.point { next += 1 }
    index = next
    return letter == UInt8(ascii: "p")
  }

  /// Also the narrow and the other no-break space that spreadsheets put before `AM`.
  private static func skipBlanks(_ text: Span<UInt8>, _ index: inout Int) {
    while index < text.count {
      if text[index].isBlank {
        index += 1
      } else if index + 1 < text.count, text[index] == 0xC2, text[index + 1] == 0xA0 {
        index += 2
      } else if index + 2 < text.count, text[index] == 0xE2, text[index + 1] == 0x80,
        text[index + 2] == 0xAF
      {
        index += 3
      } else {
        return
      }
    }
  }
}
