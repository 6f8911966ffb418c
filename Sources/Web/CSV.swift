/// Rows of RFC 4180 that a spreadsheet shows and never runs.
public struct CSV {
  /// The rows so far, each with its line end.
  public private(set) var bytes: [UInt8] = []

  /// A table that begins with a row of column names.
  public init(header: [String]) { append(header) }

  /// Adds a row.
  public mutating func append(_ cells: [String]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(cell)
    }
    bytes += "\r\n".utf8
  }

  /// A cell that begins as a formula does gets an apostrophe in front, as OWASP advises against CSV
  /// injection. Bytes, not characters: a quotation mark may be one character with a mark beside it.
  private mutating func append(_ cell: String) {
    let text = cell.utf8
    let isFormula = text.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false
    let isQuoted = text.contains { ",\"\r\n".utf8.contains($0) }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in text {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
  }
}
