import Bytes

/// A format of JSON texts, taken token by token.
protocol JSONTokenDecoder: FormatDecoder {
  var reader: JSONReader { get set }
  /// While a value is skipped: the depth at which it ends.
  var skippedDepth: Int? { get set }
  /// Where a file with one value after another goes on after one that is broken; nil for a format that
  /// is a single text.
  var lines: JSONLines? { get set }

  /// Takes a token of what isn't skipped.
  mutating func take(
    _ token: JSONToken, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// Forgets the value that was begun: it is broken.
  mutating func forget()

  /// All tokens have been taken.
  mutating func end(into upload: inout UploadBuilder) throws(TelemetryError)
}

/// What a file with one JSON value a line needs to go on after a line that is none, such as the last
/// one of a file that was cut.
struct JSONLines: Sendable {
  /// Lines before the first of the reader's.
  fileprivate(set) var linesBefore = 0
  fileprivate var linesFed = 0
  /// Whether the rest of a rejected line is passed over.
  fileprivate var isSkipping = false
  /// Whether a value goes over several lines; else each line is by itself.
  fileprivate var hasLongValue = false
  fileprivate var hasValue = false
}

extension JSONTokenDecoder {
  /// The place of the last token in the upload.
  var position: JSONPosition {
    var position = reader.position
    position.line += lines?.linesBefore ?? 0
    return position
  }

  mutating func forget() {}

  mutating func feed(
    _ bytes: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    // The reader holds so many bytes at a time, however long the piece.
    let windowBytes = 64 << 10
    var start = 0
    while start < bytes.count {
      var end = min(bytes.count - start, windowBytes) + start
      var endsLine = false
      if lines != nil, let lineFeed = bytes.extracting(0..<end).firstLineFeed(from: start) {
        (end, endsLine) = (lineFeed + 1, true)
      }
      if lines?.isSkipping != true {
        reader.feed(bytes.extracting(start..<end))
        try drain(into: &upload)
      }
      if endsLine { try endLine(into: &upload) }
      start = end
    }
  }

  mutating func finish(into upload: inout UploadBuilder) throws(TelemetryError) {
    if lines?.isSkipping != true {
      reader.finish()
      try drain(into: &upload)
    }
    try end(into: &upload)
  }

  private mutating func endLine(into upload: inout UploadBuilder) throws(TelemetryError) {
    let isOpen = reader.depth > 0
    if isOpen, let lines, lines.hasValue, !lines.hasLongValue, !lines.isSkipping {
      // Cut, as all before it ended where they began.
      let error = JSONPosition(line: lines.linesFed - lines.linesBefore + 1)
        .error("the text ends too early")
      try reject(error, into: &upload)
    } else if isOpen {
      lines?.hasLongValue = true
    }
    lines?.linesFed += 1
    lines?.isSkipping = false
  }

  private mutating func drain(into upload: inout UploadBuilder) throws(TelemetryError) {
    while true {
      let token: JSONToken
      do throws(JSONError) {
        guard let next = try reader.next() else { return }
        token = next
      } catch {
        return try reject(error, into: &upload)
      }
      if reader.depth == 0 { lines?.hasValue = true }
      if let depth = skippedDepth {
        if reader.depth <= depth { skippedDepth = nil }
      } else {
        try take(token, into: &upload)
      }
    }
  }

  /// Leaves out a line that is broken, where it holds a value of its own and others came before it;
  /// else nothing of the upload can be told.
  private mutating func reject(
    _ error: JSONError, into upload: inout UploadBuilder
  ) throws(TelemetryError) {
    let line = error.line + (lines?.linesBefore ?? 0)
    guard var lines, lines.hasValue, !lines.hasLongValue else {
      throw TelemetryError(.malformed, error.detail, line: line, column: error.column)
    }
    try upload.reject(line: line, column: error.column, error.detail)
    lines.linesBefore = lines.linesFed + 1
    lines.isSkipping = true
    self.lines = lines
    reader = reader.fresh()
    skippedDepth = nil
    forget()
  }
}

extension JSONReader.Limits {
  /// Those of an upload.
  init(_ limits: TelemetryLimits, allowsMore: Bool = false) {
    self.init()
    depthMax = limits.jsonDepthMax
    stringBytesMax = limits.jsonStringBytesMax
    membersMax = limits.jsonMembersMax
    self.allowsMore = allowsMore
  }
}
