import Bytes

/// The chunked transfer coding (RFC 9112 §7.1), strict: CRLF only, plain hexadecimal sizes.
/// Extensions and trailer fields are bounded and dropped.
struct ChunkedDecoder: Sendable {
  private enum State {
    case sizeStart, size, sizePadding, extensions, sizeLineFeed
    case data, dataEnd, dataLineFeed
    case trailerStart, trailer, trailerLineFeed, lastLineFeed
    case complete
  }

  private var state = State.sizeStart
  private var size = 0
  private var sizeDigits = 0
  private var overheadBytes = 0
  private var extensionBytes = 0
  private var trailerBytes = 0
  private let overheadLimit: Int
  private let extensionLimit: Int
  private let trailerLimit: Int

  /// Leading zeros count too: more digits than an Int64 needs have no honest use.
  private static let sizeDigitsLimit = 16

  init(limits: Limits) {
    overheadLimit = limits.chunkOverheadBytes
    extensionLimit = limits.chunkExtensionBytes
    trailerLimit = limits.trailerBytes
  }

  var isComplete: Bool { state == .complete }

  /// Bytes of data that the current chunk still declares; 0 until its size line is complete.
  var remainingInChunk: Int { state == .data ? size : 0 }

  /// Looks at bytes up to the next data or the end; `received` is the data so far.
  mutating func next(in bytes: borrowing Span<UInt8>, received: Int) -> BodyDecoder.Step {
    var offset = 0
    while offset < bytes.count {
      if state == .complete { return .end(consumed: offset) }
      if state == .data {
        let count = min(size, bytes.count - offset)
        size -= count
        if size == 0 { state = .dataEnd }
        return .part(offset..<offset + count)
      }
      do throws(Refusal) {
        try take(bytes[offset])
      } catch {
        return .refused(error)
      }
      offset += 1
      overheadBytes += 1
      if overheadBytes - overheadLimit > received.multipliedReportingOverflow(by: 4).partialValue,
        state != .complete
      {
        return .refused(.badRequest("The chunks are too small."))
      }
      if state == .data {
        // The declared size is judged before its data is taken.
        return .part(offset..<offset)
      }
    }
    return state == .complete ? .end(consumed: offset) : .needsMore
  }

  /// Takes one byte of framing.
  private mutating func take(_ octet: UInt8) throws(Refusal) {
    switch state {
    case .sizeStart, .size:
      try takeSize(octet)
    case .sizePadding:
      // White space before an extension is allowed, at the end of the line it is not.
      if octet == ASCII.semicolon {
        state = .extensions
      } else if octet != ASCII.space, octet != ASCII.tab {
        throw Self.badSize
      }
      try countExtension()
    case .extensions:
      if octet == ASCII.carriageReturn {
        state = .sizeLineFeed
      } else {
        try Self.refuseControl(octet)
        try countExtension()
      }
    case .sizeLineFeed:
      try Self.expect(ASCII.lineFeed, octet)
      state = size == 0 ? .trailerStart : .data
      sizeDigits = 0
    case .dataEnd:
      try Self.expect(ASCII.carriageReturn, octet)
      state = .dataLineFeed
    case .dataLineFeed:
      try Self.expect(ASCII.lineFeed, octet)
      state = .sizeStart
    case .trailerStart, .trailer:
      try takeTrailer(octet)
    case .trailerLineFeed:
      try Self.expect(ASCII.lineFeed, octet)
      state = .trailerStart
    case .lastLineFeed:
      try Self.expect(ASCII.lineFeed, octet)
      state = .complete
    case .data, .complete:
      break
    }
  }

  private mutating func takeSize(_ octet: UInt8) throws(Refusal) {
    if let digit = octet.hexValue {
      sizeDigits += 1
      let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
      guard sizeDigits <= Self.sizeDigitsLimit, !overflow else { throw Self.badSize }
      size = shifted | Int(digit)
      state = .size
      return
    }
    guard state == .size else { throw Self.badSize }
    switch octet {
    case ASCII.carriageReturn: state = .sizeLineFeed
    case ASCII.semicolon: state = .extensions
    case ASCII.space, ASCII.tab: state = .sizePadding
    default: throw Self.badSize
    }
  }

  private mutating func takeTrailer(_ octet: UInt8) throws(Refusal) {
    trailerBytes += 1
    guard trailerBytes <= trailerLimit else { throw .trailersTooLarge }
    if octet == ASCII.carriageReturn {
      state = state == .trailerStart ? .lastLineFeed : .trailerLineFeed
      return
    }
    try Self.refuseControl(octet)
    if state == .trailerStart, !octet.isToken {
      throw .badRequest("A trailer field has no name.")
    }
    state = .trailer
  }

  private mutating func countExtension() throws(Refusal) {
    extensionBytes += 1
    guard extensionBytes <= extensionLimit else {
      throw .badRequest("The chunk extensions are too long.")
    }
  }

  private static let badSize = Refusal.badRequest("A chunk's size is not a hexadecimal number.")

  private static func expect(_ expected: UInt8, _ octet: UInt8) throws(Refusal) {
    guard octet == expected else {
      throw .badRequest("A chunk does not end where its size says, with CRLF.")
    }
  }

  private static func refuseControl(_ octet: UInt8) throws(Refusal) {
    guard octet == ASCII.tab || (octet >= ASCII.space && octet != ASCII.delete) else {
      throw .badRequest("The chunked framing contains a control character.")
    }
  }
}
