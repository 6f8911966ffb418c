import Bytes
public import Handles

/// Reads one upload of any known format.
///
/// Feed it the body in pieces of any size, then call `finish`. Memory is bounded by the piece, the
/// limits and the result, not by the length of the body.
public struct TelemetryDecoder: Sendable {
  private let limits: TelemetryLimits
  private let declared: DeclaredFormat
  private let badRows: BadRowPolicy?
  private var phase = Phase.sniffing([])
  private var encoding = TextEncoding.utf8
  private var transcoder = UTF16Transcoder()
  private var decoder: (any FormatDecoder)?
  private var upload: UploadBuilder
  /// Known once enough bytes have come, at the latest after `finish`.
  public private(set) var format: TelemetryFormat?

  private enum Phase {
    case sniffing([UInt8])
    case decoding
    case failed(TelemetryError)
  }

  /// Throws for a content type that can't be any of the formats, before a byte is read.
  ///
  /// `badRows` says what a bad row does; nil takes the rule of the format. `receivedAt` is the time
  /// of counts that come without one; where it is nil an upload that has such counts is refused.
  /// `options` say what the caller knows of the upload.
  public init(
    contentType: String? = nil, limits: TelemetryLimits = TelemetryLimits(),
    badRows: BadRowPolicy? = nil, receivedAt: Timestamp? = nil,
    options: UploadOptions = UploadOptions()
  ) throws(TelemetryError) {
    declared = try DeclaredFormat(contentType: contentType)
    self.limits = limits
    self.badRows = badRows
    upload = UploadBuilder(limits: limits)
    upload.receivedAt = receivedAt
    upload.options = options
  }

  /// For an upload of which the format is known.
  ///
  /// - Parameter mayBeEmpty: Whether one without a sample is no error, as from a collector that
  ///   sends all it has, of which nothing need be a count of handles.
  public init(
    format: TelemetryFormat, mayBeEmpty: Bool = false, limits: TelemetryLimits = TelemetryLimits(),
    badRows: BadRowPolicy? = nil, receivedAt: Timestamp? = nil,
    options: UploadOptions = UploadOptions()
  ) {
    self.format = format
    declared = DeclaredFormat(format)
    self.limits = limits
    self.badRows = badRows
    upload = UploadBuilder(limits: limits)
    upload.mayBeEmpty = mayBeEmpty
    upload.receivedAt = receivedAt
    upload.options = options
  }

  /// Reads a whole upload at once.
  public static func decode(
    _ bytes: [UInt8], contentType: String? = nil, limits: TelemetryLimits = TelemetryLimits(),
    badRows: BadRowPolicy? = nil, receivedAt: Timestamp? = nil,
    options: UploadOptions = UploadOptions()
  ) throws(TelemetryError) -> TelemetryUpload {
    var decoder = try TelemetryDecoder(
      contentType: contentType, limits: limits, badRows: badRows, receivedAt: receivedAt,
      options: options)
    try decoder.feed(bytes.span)
    return try decoder.finish()
  }

  /// Takes the next bytes of the body. After an error every call throws that error again.
  public mutating func feed(_ bytes: Span<UInt8>) throws(TelemetryError) {
    do throws(TelemetryError) {
      switch phase {
      case .failed(let error): throw error
      case .decoding: try decode(bytes)
      case .sniffing(var head):
        phase = .decoding  // leaves `head` as the only owner of its bytes
        // Always the same number of bytes decides, however the body is cut.
        let missing = min(TelemetryLimits.sniffBytes - head.count, bytes.count)
        head.append(copying: bytes.extracting(0..<missing))
        if head.count < TelemetryLimits.sniffBytes {
          phase = .sniffing(head)
        } else {
          try start(head)
          try decode(bytes.extracting(missing..<bytes.count))
        }
      }
    } catch {
      phase = .failed(error)
      throw error
    }
  }

  /// The result, once the whole body has been fed.
  public mutating func finish() throws(TelemetryError) -> TelemetryUpload {
    do throws(TelemetryError) {
      switch phase {
      case .failed(let error): throw error
      case .decoding: break
      case .sniffing(let head):
        phase = .decoding
        try start(head)
      }
      if encoding != .utf8 {
        let rest = transcoder.finish()
        try decoder?.feed(rest.span, into: &upload)
      }
      try decoder?.finish(into: &upload)
      let result = try upload.finish(format: format ?? .csv)
      phase = .failed(TelemetryError(.malformed, "the decoder has already been finished"))
      return result
    } catch {
      phase = .failed(error)
      throw error
    }
  }

  /// A decoder for bytes further on in the upload, to be fed while this one is; nil where that can't
  /// be done, or not before more bytes have told the header.
  ///
  /// The bytes of a fork begin after a line feed and end with one (or with the upload). That the line
  /// feed ends a row is assumed, since it can also stand in a quoted cell: `join` finds out. An
  /// upload's parts can so be read on several threads, with the result of reading it in one go.
  public func fork() -> TelemetryDecoder? {
    guard case .decoding = phase, encoding == .utf8, let decoder = decoder?.fork() else {
      return nil
    }
    var fork = self
    fork.decoder = decoder
    fork.upload = upload.fork()
    return fork
  }

  /// Takes what a fork has read instead of reading it, once all bytes before it have been fed or
  /// joined.
  ///
  /// False, and no change, where reading could have given anything else: a part that began within a
  /// row, that was refused, or that exceeds a limit. Then feed its bytes, or throw what that throws.
  public mutating func join(_ fork: consuming TelemetryDecoder) -> Bool {
    guard case .decoding = phase, case .decoding = fork.phase, let theirs = fork.decoder,
      upload.hasRoom(for: fork.upload), let linesBefore = decoder?.join(theirs)
    else { return false }
    do throws(TelemetryError) {
      try upload.join(fork.upload, linesBefore: linesBefore)
    } catch {
      phase = .failed(error)
    }
    return true
  }

  private mutating func start(_ head: [UInt8]) throws(TelemetryError) {
    let mark: Int
    (encoding, mark) = declared.isBinary ? (.utf8, 0) : TextEncoding.detect(head)
    transcoder = UTF16Transcoder(isBigEndian: encoding == .utf16BigEndian)
    var text = Array(head.dropFirst(mark))
    if encoding != .utf8 { text = transcoder.transcode(text.span) }
    let chosen = if let format { format } else { try FormatChoice.choose(declared, head: text) }
    format = chosen
    upload.badRows = badRows ?? chosen.badRowPolicy
    var chosenDecoder = chosen.makeDecoder(limits: limits)
    chosenDecoder.use(upload.options)
    decoder = chosenDecoder
    try decoder?.feed(text.span, into: &upload)
  }

  private mutating func decode(_ bytes: Span<UInt8>) throws(TelemetryError) {
    if encoding == .utf8 {
      try decoder?.feed(bytes, into: &upload)
    } else {
      let text = transcoder.transcode(bytes)
      try decoder?.feed(text.span, into: &upload)
    }
  }
}
