import Bytes

/// A line that holds a date, a time or both, and nothing else, as loops print it before each list:
/// `Mon 11/06/2023`, `08:00`, `The current date is: Mon 11/06/2023`, `Mon Nov  6 08:00:00 UTC 2023`,
/// `Monday, November 6, 2023 8:00:00 AM`, `=== 2023-11-06 08:00:00 ===`, `1699257600`.
struct DatedLine: Sendable, Equatable {
  /// As it is written, or `2023-11-06` where the month was a word.
  private(set) var date: [UInt8]?
  /// With `AM` or `PM`.
  private(set) var time: [UInt8]?
  /// What stands alone: seconds since 1970, or a date with a time in one word.
  private(set) var moment: [UInt8]?
  /// Of local time before UTC.
  private(set) var offsetMinutes: Int?

  private var day: Int?
  private var month: Int?
  private var year: Int?

  private static let bytesMax = 120
  private static let wordsMax = 12

  /// Nil for a line with anything else in it.
  init?(_ line: Span<UInt8>) {
    guard !Self.isUnlikely(line) else { return nil }
    var words = Words()
    var count = 0
    var hasUnknown = false
    while let range = words.next(in: line) {
      let word = Self.bare(line.extracting(range))
      guard !word.isEmpty else { continue }
      count += 1
      guard count <= Self.wordsMax else { return nil }
      if take(word) { continue }
      // A day of the week, in whatever language, or a zone that isn't known.
      guard !hasUnknown, count == 1 && Self.isShortWord(word) || time != nil && Self.isZone(word)
      else { return nil }
      hasUnknown = true
    }
    guard finish() else { return nil }
    if moment != nil, count > 1 { return nil }
  }

  /// Whether a look at a few bytes tells that a line is none: the sign between numbers is missing, and a
  /// number as long as one since 1970.
  static func isUnlikely(_ line: Span<UInt8>) -> Bool {
    if line.count > bytesMax { return true }
    var digits = 0
    for index in line.indices {
      switch line[index] {
      case ASCII.colon, ASCII.slash, ASCII.minus: return false
      case let byte where byte.isDigit:
        digits += 1
        if digits == 10 { return false }
      default: digits = 0
      }
    }
    // Days between points, `16.11.2023`, have two of them in a word.
    var words = Words()
    while let word = words.next(in: line) {
      if word.count(where: { line[$0] == ASCII.point }) == 2 { return false }
    }
    return true
  }

  /// Without the signs that decorate a line or end a word.
  private static func bare(_ word: Span<UInt8>) -> [UInt8] {
    let signs = Array("=-#*[]<>|,;:@".utf8)
    var bare = word.copied()[...]
    while let last = bare.last, signs.contains(last) { bare = bare.dropLast() }
    while let first = bare.first, signs.contains(first), !isOffset(bare) { bare = bare.dropFirst() }
    return Array(bare)
  }

  private static func isOffset(_ word: ArraySlice<UInt8>) -> Bool {
    word.count >= 5 && word.first == ASCII.minus && word.dropFirst().prefix(2).allSatisfy(\.isDigit)
  }

  private static func isShortWord(_ word: [UInt8]) -> Bool {
    word.count <= 16 && word.allSatisfy { !$0.isDigit && $0 > ASCII.space && $0 != ASCII.backslash }
  }

  /// As zones are abbreviated: `NZDT`.
  private static func isZone(_ word: [UInt8]) -> Bool {
    (2...5).contains(word.count) && word.allSatisfy { (0x41...0x5A).contains($0) }
  }

  /// Whether the word says something of a time.
  private mutating func take(_ word: [UInt8]) -> Bool {
    guard word[0].isDigit || [ASCII.plus, ASCII.minus].contains(word[0]) else {
      return takeName(word.map(\.lowercased))
    }
    if word[0] == ASCII.plus || word[0] == ASCII.minus { return takeOffset(word) }
    if word.allSatisfy(\.isDigit), word.count == 10 || word.count == 13 {
      return set(&moment, word)
    }
    if word.contains(ASCII.colon), let letter = word.firstIndex(of: UInt8(ascii: "T")), letter >= 8
    {
      return set(&moment, word)
    }
    if word.contains(ASCII.colon) { return set(&time, word) }
    if LocalTime.isLikely(word.span) { return set(&date, word) }
    return takeNumber(word)
  }

  private func set(_ place: inout [UInt8]?, _ word: [UInt8]) -> Bool {
    guard place == nil else { return false }
    place = word
    return true
  }

  private mutating func takeNumber(_ word: [UInt8]) -> Bool {
    let digits = word.prefix { $0.isDigit }
    // `6`, `6.`, `6th`.
    guard digits.count <= 4, word.count - digits.count <= 2,
      let number = Int(String(decoding: digits, as: UTF8.self))
    else { return false }
    if digits.count == 4, year == nil {
      year = number
    } else if digits.count <= 2, day == nil, (1...31).contains(number) {
      day = number
    } else {
      return false
    }
    return true
  }

  private mutating func takeOffset(_ word: [UInt8]) -> Bool {
    var index = 0
    guard offsetMinutes == nil, time != nil,
      let minutes = try? TimeReader.offsetMinutes(word.span, &index)
    else { return false }
    offsetMinutes = minutes
    return true
  }

  private mutating func takeName(_ word: [UInt8]) -> Bool {
    let text = String(decoding: word.filter { $0 != ASCII.point }, as: UTF8.self)
    if text == "am" || text == "pm" {
      guard let hours = time else { return false }
      time = hours + [ASCII.space] + Array(text.utf8)
      return true
    }
    if let zone = Self.zones[text] {
      offsetMinutes = zone
      return time != nil
    }
    if Self.weekdays.contains(text) || Self.phrases.contains(text) { return true }
    guard month == nil, let found = Self.months.firstIndex(where: { $0.contains(text) }) else {
      return false
    }
    month = found + 1
    return true
  }

  /// Puts a date of words together; false where something is missing.
  private mutating func finish() -> Bool {
    if let month {
      guard let day, let year, date == nil, moment == nil else { return false }
      let digits = { (number: Int) in (number < 10 ? "0" : "") + "\(number)" }
      date = Array("\(year)-\(digits(month))-\(digits(day))".utf8)
    } else if day != nil || year != nil {
      return false
    }
    return date != nil || time != nil || moment != nil
  }

  private static let months: [Set<String>] = [
    ["jan", "january", "januar", "janvier", "enero", "gennaio"],
    ["feb", "february", "februar", "février", "febrero", "febbraio"],
    ["mar", "march", "märz", "mär", "mars", "marzo"], ["apr", "april", "avril", "abril", "aprile"],
    ["may", "mai", "mayo", "maggio"], ["jun", "june", "juni", "juin", "junio", "giugno"],
    ["jul", "july", "juli", "juillet", "julio", "luglio"],
    ["aug", "august", "août", "agosto"], ["sep", "sept", "september", "septembre", "septiembre"],
    ["oct", "october", "okt", "oktober", "octobre", "octubre", "ottobre"],
    ["nov", "november", "novembre", "noviembre"],
    ["dec", "december", "dez", "dezember", "décembre", "diciembre", "dicembre"],
  ]

  private static let weekdays: Set<String> = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag",
    "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
  ]

  /// What `date` and `time` of Windows' console say around the value, and people in scripts.
  private static let phrases: Set<String> = [
    "the", "current", "date", "time", "is", "at", "now", "on", "timestamp", "sample", "snapshot",
    "aktuelles", "aktuelle", "datum", "uhrzeit", "zeit", "uhr",
  ]

  /// Minutes before UTC, of zones with a name that means one place only.
  private static let zones: [String: Int] = [
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 60, "cet": 60, "cest": 120, "eet": 120,
    "eest": 180, "msk": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
  ]
}
