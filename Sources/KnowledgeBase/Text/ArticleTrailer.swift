/// The lines `Keywords          : …` under the text, and the query words above them.
struct ArticleTrailer {
  /// Each line once, in the order of the file; a continued line is joined with a blank.
  private(set) var fields: [Article.Field] = []
  /// The line of each field, counted from 0.
  private(set) var lines: [Int] = []

  /// The names of the archive, and those of its older form.
  private static let names: Set<String> = [
    "Keywords", "Technology", "Version", "Issue type", "Solution Type", "Hardware", "Component",
    "Platform", "Additional query words", "Additional reference words", "KBCategory",
    "KBSubcategory",
  ]

  subscript(name: String) -> String {
    guard let first = fields.firstIndex(where: { $0.name == name }) else { return "" }
    return fields[(first + 1)...].reduce(into: fields[first].value) { value, field in
      if field.name == name { value += " \(field.value)" }
    }
  }

  func words(_ name: String) -> [String] {
    self[name][...].blankSeparated
  }

  /// The line, counted from 0, where the field begins.
  func line(of name: String) -> Int? {
    fields.firstIndex { $0.name == name }.map { lines[$0] }
  }

  /// The name of the field that this line begins.
  static func name(_ lines: ArticleLines, _ line: Int) -> String? {
    let range = lines.ranges[line]
    guard let first = range.first, (0x41...0x5A).contains(lines.bytes[first]),
      let colon = range.prefix(28).first(where: { lines.bytes[$0] == UInt8(ascii: ":") })
    else { return nil }
    var end = colon
    while end > first, lines.bytes[end - 1] == 0x20 { end -= 1 }
    let name = lines.text(bytes: first..<end)
    return names.contains(name) ? name : nil
  }

  /// Adds the fields of these lines; a line that begins none continues the one before.
  mutating func read(_ source: ArticleLines, lines range: Range<Int>) {
    var isOpen = false
    for line in range where !source.isEmpty(line) {
      let range = source.ranges[line]
      if let name = Self.name(source, line),
        let colon = source.firstIndex(of: UInt8(ascii: ":"), in: range)
      {
        let value = source.trimmed(colon + 1..<range.upperBound)
        fields.append(Article.Field(name: name, value: source.text(bytes: value)))
        lines.append(line)
        isOpen = true
      } else if isOpen {
        let value = source.text(bytes: source.trimmed(range))
        fields[fields.count - 1].value +=
          fields[fields.count - 1].value.isEmpty ? value : " \(value)"
      } else {
        fields.append(Article.Field(name: "", value: source.text(line)))
        lines.append(line)
      }
    }
  }
}
