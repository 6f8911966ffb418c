/// A format whose rows are lines, whatever is in them.
protocol LineDecoder: FormatDecoder {
  var lines: LineFeed { get set }

  /// Takes one line, without its line feed.
  mutating func take(
    _ line: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// Takes what it can of the lines at `position`, which moves behind them, where a line begins.
  mutating func takePlainLines(
    _ bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// All lines have been taken.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError)
}

extension LineDecoder {
  mutating func feed(
    _ bytes: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    var position = 0
    if lines.isAtLine { try takePlainLines(bytes, from: &position, into: &upload) }
    while let line = try lines.next(in: bytes, from: &position, into: &upload) {
      switch line {
      case .inPiece(let range): try take(bytes.extracting(range), into: &upload)
      case .carried(let copy): try take(copy.span, into: &upload)
      }
      try takePlainLines(bytes, from: &position, into: &upload)
    }
  }

  mutating func finish(into upload: inout UploadBuilder) throws(TelemetryError) {
    if let line = lines.last() { try take(line.span, into: &upload) }
    try end(into: &upload)
  }

  mutating func takePlainLines(
    _ bytes: Span<UInt8>, from position: inout Int, into upload: inout UploadBuilder
  ) throws(TelemetryError) {}

  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError) {}
}
