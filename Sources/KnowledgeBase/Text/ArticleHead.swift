import Bytes

/// The header: six lines, `DOCUMENT:Q179827  09-AUG-2001  [winnt]` first.
struct ArticleHead {
  enum Name: String, CaseIterable {
    case title = "TITLE"
    case product = "PRODUCT"
    case versions = "PROD/VER"
    case operatingSystem = "OPER/SYS"
    case keywords = "KEYWORDS"
  }

  private(set) var id: ArticleID?
  private(set) var date: CivilDate?
  private(set) var group = ""
  /// The line after the header.
  private(set) var end = 0
  /// Lines before and in the header that are none of its six.
  private(set) var strangers: [String] = []
  private var values: [Name: String] = [:]

  subscript(name: Name) -> String { values[name] ?? "" }

  func has(_ name: Name) -> Bool { values[name] != nil }

  /// Begins at the first line that says `DOCUMENT:`, wherever it stands.
  init(_ lines: ArticleLines) {
    guard
      let first = (0..<lines.count).first(where: { lines.hasPrefix("DOCUMENT:", $0) })
    else { return }
    strangers = (0..<first).filter { !lines.isEmpty($0) }.map(lines.text)
    let start = lines.ranges[first].lowerBound + "DOCUMENT:".utf8.count
    readDocument(lines.text(bytes: start..<lines.ranges[first].upperBound))
    end = first + 1
    while end < lines.count, !lines.isEmpty(end), lines.rule(of: UInt8(ascii: "="), end) == 0,
      lines.rule(of: UInt8(ascii: "-"), end) == 0
    {
      let range = lines.ranges[end]
      end += 1
      guard let colon = lines.firstIndex(of: UInt8(ascii: ":"), in: range),
        let name = Name(rawValue: lines.text(bytes: lines.trimmed(range.lowerBound..<colon))),
        values[name] == nil
      else {
        strangers.append(lines.text(bytes: range))
        continue
      }
      values[name] = lines.text(bytes: lines.trimmed(colon + 1..<range.upperBound))
    }
  }

  private mutating func readDocument(_ text: String) {
    let words = text[...].blankSeparated
    id = words.first.flatMap { ArticleID($0) }
    for word in words.dropFirst() {
      if word.utf8.first == UInt8(ascii: "["), group.isEmpty {
        group = String(Substring(word.utf8.dropFirst().prefix { $0 != UInt8(ascii: "]") }))
      } else if date == nil, let read = CivilDate(archive: word) {
        date = read
      } else {
        strangers.append(word)
      }
    }
  }
}

extension CivilDate {
  static let months = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]

  /// Reads `09-AUG-2001`.
  init?(archive text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, let day = decimal(parts[0]), let year = decimal(parts[2]),
      let month = Self.months.firstIndex(of: String(Substring(parts[1])).uppercased())
    else { return nil }
    self.init(year: year, month: month + 1, day: day)
  }
}

extension Substring {
  /// The words between blanks.
  var blankSeparated: [String] {
    var text = self
    return text.withUTF8 { bytes in
      bytes.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
