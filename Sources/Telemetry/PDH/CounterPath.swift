/// `\\HOST\Process(EXTRA#1)\Handle Count`, taken apart.
///
/// Performance Monitor numbers the instances of one name from the oldest, without a number, over
/// `#1` upwards. The numbers move down when a sibling exits, so `EXTRA#1` may become another
/// process in the middle of a log. Only the `ID Process` counter tells: with it each PID is a
/// series of its own.
struct CounterPath: Sendable, Equatable {
  enum Counter: Sendable {
    case handleCount
    case processID
  }

  var host: String?
  var process: String
  var instance = 0
  /// `Process V2` writes `EXTRA:1234`.
  var pid: Int64?
  var counter: Counter

  /// In English and German, whose names are certain.
  private static let objects = ["process", "prozess"]
  private static let versionedObject = "process v2"
  private static let handleCounters = ["handle count", "handleanzahl", "anzahl der handles"]
  private static let pidCounters = ["id process", "process id", "prozesskennung"]
  /// Not processes.
  private static let skipped = ["_total", "idle"]

  /// Nil for a cell that is no process's handle count or PID.
  init?(_ cell: Span<UInt8>, nameBytesMax: Int) throws(FieldFault) {
    var start = 0
    var host = 0..<0
    if cell.count > 2, cell[0] == ASCII.backslash, cell[1] == ASCII.backslash {
      guard let end = Self.first(ASCII.backslash, in: cell, 2..<cell.count) else { return nil }
      host = 2..<end
      start = end
    }
    guard start < cell.count, cell[start] == ASCII.backslash,
      let open = Self.first(UInt8(ascii: "("), in: cell, start + 1..<cell.count),
      let end = Self.last(ASCII.backslash, in: cell, open + 1..<cell.count),
      end - 1 > open, cell[end - 1] == UInt8(ascii: ")")
    else { return nil }
    let object = cell.extracting(start + 1..<open)
    let counterName = cell.extracting(end + 1..<cell.count)
    let isVersioned = Self.matches(object, [Self.versionedObject])
    guard isVersioned || Self.matches(object, Self.objects) else { return nil }
    if Self.matches(counterName, Self.handleCounters) {
      counter = .handleCount
    } else if Self.matches(counterName, Self.pidCounters) {
      counter = .processID
    } else {
      return nil
    }

    var name = open + 1..<end - 1
    if isVersioned, let (rest, number) = Self.suffix(of: cell, name, after: ASCII.colon) {
      name = rest
      pid = Int64(number)
    } else if let (rest, number) = Self.suffix(of: cell, name, after: UInt8(ascii: "#")) {
      name = rest
      instance = number
    }
    if Self.matches(cell.extracting(name), Self.skipped) { return nil }
    process = try Name.read(cell.extracting(name), bytesMax: nameBytesMax)
    self.host = try Name.readOptional(cell.extracting(host), bytesMax: nameBytesMax)
  }

  /// `EXTRA#12` as the range of `EXTRA` and 12; nil without a number of one to nine digits.
  private static func suffix(
    of cell: Span<UInt8>, _ range: Range<Int>, after mark: UInt8
  ) -> (Range<Int>, Int)? {
    guard let at = last(mark, in: cell, range), at > range.lowerBound,
      (1...9).contains(range.upperBound - at - 1)
    else { return nil }
    var number = 0
    for index in at + 1..<range.upperBound {
      let digit = ASCII.digit(cell[index])
      guard digit <= 9 else { return nil }
      number = number * 10 + Int(digit)
    }
    return (range.lowerBound..<at, number)
  }

  private static func matches(_ text: Span<UInt8>, _ names: [String]) -> Bool {
    let trimmed = text.extracting(text.trimmedRange())
    return names.contains { name in
      guard name.utf8.count == trimmed.count else { return false }
      return zip(trimmed.indices, name.utf8).allSatisfy { index, byte in
        ASCII.lowercased(trimmed[index]) == byte
      }
    }
  }

  private static func first(_ byte: UInt8, in text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    range.first { text[$0] == byte }
  }

  private static func last(_ byte: UInt8, in text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    range.last { text[$0] == byte }
  }
}
