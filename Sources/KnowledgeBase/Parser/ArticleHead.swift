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
    readDocument(lines.text(first).dropFirst("DOCUMENT:".count))
    end = first + 1
    while end < lines.count, !lines.isEmpty(end), lines.rule(of: UInt8(ascii: "="), end) == 0,
      lines.rule(of: UInt8(ascii: "-"), end) == 0
    {
      let line = lines.text(end)
      end += 1
      guard let colon = line.utf8.firstIndex(of: 0x3A),
        let name = Name(rawValue: String(line[..<colon].trimmingBlanks)), values[name] == nil
      else {
        strangers.append(line)
        continue
      }
      values[name] = String(line[line.index(after: colon)...].trimmingBlanks)
    }
  }

  private mutating func readDocument(_ text: Substring) {
    let words = text.blankSeparated
    id = words.first.flatMap { ArticleID($0) }
    for word in words.dropFirst() {
      if word.first == "[", group.isEmpty {
        group = String(word.dropFirst().prefix { $0 != "]" })
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
  init?(archive text: some StringProtocol) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, let day = decimal(parts[0]), let year = decimal(parts[2]),
      let month = Self.months.firstIndex(where: {
        $0.utf8.elementsEqual(parts[1], by: { lowercased($0) == lowercased($1) })
      })
    else { return nil }
    self.init(year: year, month: month + 1, day: day)
  }
}

extension Substring {
  /// The words between blanks.
  var blankSeparated: [String] { utf8.split(separator: 0x20).map { String(Substring($0)) } }

  /// Without blanks and tabs at either end.
  var trimmingBlanks: Substring {
    var text = utf8
    while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return Substring(text)
  }
}
