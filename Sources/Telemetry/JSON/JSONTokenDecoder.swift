import Bytes

/// A format that is one JSON text, taken token by token.
protocol JSONTokenDecoder: FormatDecoder {
  var reader: JSONReader { get set }
  /// While a value is skipped: the depth at which it ends.
  var skippedDepth: Int? { get set }

  /// Takes a token of what isn't skipped.
  mutating func take(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// All tokens have been taken.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError)
}

extension JSONTokenDecoder {
  mutating func feed(
    _ bytes: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    // The reader holds so many bytes at a time, however long the piece.
    let windowBytes = 64 << 10
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count - start, windowBytes) + start
      reader.feed(bytes.extracting(start..<end))
      try drain(into: &upload)
      start = end
    }
  }

  mutating func finish(into upload: inout UploadBuilder) throws(TelemetryError) {
    reader.finish()
    try drain(into: &upload)
    try end(into: &upload)
  }

  private mutating func drain(into upload: inout UploadBuilder) throws(TelemetryError) {
    while true {
      let token: JSONToken
      do throws(JSONError) {
        guard let next = try reader.next() else { return }
        token = next
      } catch {
        throw TelemetryError(.malformed, error.detail, line: error.line, column: error.column)
      }
      if let depth = skippedDepth {
        if reader.depth <= depth { skippedDepth = nil }
      } else {
        try take(token, into: &upload)
      }
    }
  }
}

extension JSONReader.Limits {
  /// Those of an upload.
  init(_ limits: TelemetryLimits) {
    self.init()
    depthMax = limits.jsonDepthMax
    stringBytesMax = limits.jsonStringBytesMax
    membersMax = limits.jsonMembersMax
  }
}
