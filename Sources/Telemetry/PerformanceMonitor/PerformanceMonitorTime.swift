import Bytes
import Handles
import KnowledgeBase

/// The date and the time of a row, in its first two cells, as the region of the host writes them.
enum PerformanceMonitorTime {
  /// `3/1/99` (month first) or `1.3.99` (day first), and `8:00:00 AM` or `20:00:00`.
  static func read(_ line: Span<UInt8>, _ cells: [Cell]) throws(FieldFault) -> Timestamp {
    guard cells.count >= 2 else { throw .notADateAndTime }
    let date = try date(line.value(of: cells[0]))
    var time = line.value(of: cells[1])
    var hours = 0...23
    var afternoon = 0
    for (mark, add) in [("am", 0), ("pm", 12)]
    where time.suffix(2).map(ASCII.lowercased).elementsEqual(mark.utf8) {
      time = Array(time.dropLast(2))
      (hours, afternoon) = (1...12, add)
    }
    let parts = try numbers(time, separators: [ASCII.colon, ASCII.point], digitsMax: 3)
    guard (2...4).contains(parts.count), hours.contains(parts[0]) else { throw .notADateAndTime }
    let hour = hours == 0...23 ? parts[0] : parts[0] % 12 + afternoon
    let second = parts.count > 2 ? parts[2] : 0
    guard
      let timestamp = Timestamp(date: date, hour: hour, minute: parts[1], second: second)
    else { throw .timeOutOfRange }
    return timestamp
  }

  private static func date(_ text: [UInt8]) throws(FieldFault) -> CivilDate {
    let separators = [ASCII.slash, ASCII.point, ASCII.minus]
    let parts = try numbers(text, separators: separators, digitsMax: 4)
    guard parts.count == 3 else { throw .notADateAndTime }
    let isDayFirst = text.contains(ASCII.point)
    // Windows NT 4.0 is of 1996: two digits below 80 are of this century.
    let year = parts[2] >= 100 ? parts[2] : parts[2] + (parts[2] < 80 ? 2000 : 1900)
    guard
      let date = CivilDate(
        year: year, month: parts[isDayFirst ? 1 : 0], day: parts[isDayFirst ? 0 : 1])
    else { throw .noSuchDay }
    return date
  }

  /// Whole numbers with one separator between each two.
  private static func numbers(
    _ text: [UInt8], separators: [UInt8], digitsMax: Int
  ) throws(FieldFault) -> [Int] {
    let end = text.lastIndex { !ASCII.isBlank($0) }.map { $0 + 1 } ?? 0
    var numbers: [Int] = []
    for part in text[..<end].split(
      maxSplits: 4, omittingEmptySubsequences: false, whereSeparator: separators.contains)
    {
      guard (1...digitsMax).contains(part.count) else { throw .notADateAndTime }
      var number = 0
      for byte in part {
        guard ASCII.digit(byte) <= 9 else { throw .notADateAndTime }
        number = number * 10 + Int(ASCII.digit(byte))
      }
      numbers.append(number)
    }
    return numbers
  }
}
