import Bytes

/// Cuts header lines, before it is known what separates their cells.
enum Separator {
  static let candidates = [ASCII.comma, ASCII.semicolon, ASCII.tab]

  /// The cells of a whole line, unquoted; nil where a quote stays open or a NUL is in the line.
  ///
  /// One cell more than `cellsMax` may come back: then the line has too many.
  static func split(_ line: Span<UInt8>, by separator: UInt8, cellsMax: Int) -> [Cell]? {
    let scannerCellsMax = min(cellsMax, line.count) + 1
    var scanner = RowScanner(separator: separator, cellsMax: scannerCellsMax)
    switch scanner.scan(line, from: 0, to: line.count) {
    case .row: break
    case .needsMore: guard scanner.endOfInput() else { return nil }
    case .nul: return nil
    }
    return Array(scanner.cells.prefix(scanner.cellCount))
  }
}

extension Span<UInt8> {
  /// A cell's value without blanks around it, and with single quotes for doubled ones.
  func value(of cell: Cell) -> [UInt8] {
    let raw = extracting(cell.range)
    let trimmed = raw.extracting(raw.trimmedRange())
    guard cell.hasDoubledQuote else { return trimmed.copied() }
    var value: [UInt8] = []
    var index = 0
    while index < trimmed.count {
      value.append(trimmed[index])
      index += trimmed[index] == ASCII.quote ? 2 : 1
    }
    return value
  }
}
