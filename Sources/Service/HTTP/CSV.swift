/// Rows of RFC 4180 that a spreadsheet shows and never runs.
struct CSV {
  private(set) var bytes: [UInt8] = []

  init(header: [String]) { append(header) }

  mutating func append(_ cells: [String]) {
    bytes.append(contentsOf: cells.map(Self.cell).joined(separator: ",").utf8)
    bytes.append(contentsOf: "\r\n".utf8)
  }

  /// A cell that begins as a formula does gets an apostrophe in front, as OWASP advises against CSV
  /// injection.
  private static func cell(_ text: String) -> String {
    let isFormula = text.utf8.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false
    let inert = isFormula ? "'" + text : text
    guard inert.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return inert }
    return "\"" + inert.replacing("\"", with: "\"\"") + "\""
  }
}
