/// A format whose rows are cells between separators.
protocol RowDecoder: FormatDecoder {
  var rows: RowFeed { get set }

  /// Takes one row, whose cells `rows` knows.
  mutating func take(
    _ row: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// Takes what it can of the rows at `position`, which moves behind them, where a row begins.
  mutating func takePlainRows(
    _ bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// All rows have been taken.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError)
}

extension RowDecoder {
  mutating func feed(
    _ bytes: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var position = 0
    if rows.isAtRow { try takePlainRows(bytes, from: &position, into: &upload) }
    while let row = try rows.next(in: bytes, from: &position, into: &upload) {
      switch row {
      case .inPiece(let range): try take(bytes.extracting(range), into: &upload)
      case .carried(let copy): try take(copy.span, into: &upload)
      }
      if rows.isAtRow { try takePlainRows(bytes, from: &position, into: &upload) }
    }
  }

  mutating func finish(into upload: inout UploadBuilder) throws(TelemetryError) {
    if case .carried(let copy)? = try rows.last() { try take(copy.span, into: &upload) }
    try end(into: &upload)
  }

  mutating func takePlainRows(
    _ bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) {}

  /// Whether the row was rejected because of text behind a closing quotation mark.
  func rejectsTextAfterQuote(into upload: inout UploadBuilder) throws(TelemetryError) -> Bool {
    guard let offset = rows.scanner.textAfterQuote else { return false }
    try upload.reject(
      line: rows.line, column: offset + 1, "text between a closing quote and the separator")
    return true
  }

  /// Whether the row was rejected because it has not as many cells as the header, or text behind a
  /// closing quotation mark.
  func rejectsShape(
    columns expected: Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) -> Bool {
    let count = rows.scanner.cellCount
    guard count != expected else { return try rejectsTextAfterQuote(into: &upload) }
    try upload.reject(
      line: rows.line,
      "\(count > expected ? "more" : "\(count)") cells where the header has \(expected)")
    return true
  }
}
