/// One upload format: bytes in, rows into the builder.
///
/// A format is a folder with one type of this kind, a case of `TelemetryFormat` and, if it can be
/// told from its first bytes, a sign in `FormatTable`. Input is UTF-8 without a byte order mark.
/// A decoder keeps at most one unfinished row or token, so its memory doesn't grow with the body.
protocol FormatDecoder: Sendable {
  init(limits: TelemetryLimits)

  /// Takes over what the caller knows of the upload, before the first byte.
  mutating func use(_ options: UploadOptions)

  /// Takes the next bytes; where they are cut makes no difference to the result.
  mutating func feed(
    _ bytes: Span<UInt8>, into upload: inout UploadBuilder
  ) throws(TelemetryError)

  /// No more bytes will come.
  mutating func finish(into upload: inout UploadBuilder) throws(TelemetryError)

  /// A decoder for bytes further on that begin with a row, see `TelemetryDecoder.fork`; nil where
  /// this one has not read its header yet, or where rows depend on those before them.
  func fork() -> Self?

  /// Goes on where a fork ended that read what comes next. Nil, and no change, where the fork
  /// assumed another state than this one's; else the number of lines before the fork's first.
  mutating func join(_ fork: any FormatDecoder) -> Int?
}

extension FormatDecoder {
  mutating func use(_ options: UploadOptions) {}
  func fork() -> Self? { nil }
  mutating func join(_ fork: any FormatDecoder) -> Int? { nil }
}
