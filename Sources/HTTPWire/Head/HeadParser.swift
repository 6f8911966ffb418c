import Bytes

/// Finds the lines of a head as its bytes arrive and hands each to the rule for it (RFC 9112 §2).
///
/// It remembers how far it has looked, so that a head that drips in byte by byte is read once.
struct HeadParser: Sendable {
  enum Progress {
    case needsMore
    /// The head ends after that many bytes.
    case complete(length: Int)
    case refused(Refusal)
  }

  private var lineStart = 0
  private var scanned = 0
  /// Where the field lines begin; nil until the request line is complete.
  private var fieldsStart: Int?
  private var facts = FramingFacts()

  init() {}

  /// Looks at `bytes`, which begin with the head's first byte and hold all that arrived of it.
  mutating func advance(
    _ head: inout RequestHead, in bytes: borrowing Span<UInt8>, limits: Limits
  ) -> Progress {
    while true {
      var end = scanned
      while end < bytes.count {
        let octet = bytes[end]
        if octet < ASCII.space, octet != ASCII.tab { break }
        if octet == ASCII.delete { break }
        end += 1
      }
      scanned = end
      // Limits come first: whether a line is too long must not depend on how its bytes arrive.
      if let fieldsStart {
        if end - fieldsStart > limits.fieldsBytes { return .refused(.fieldsTooLarge) }
      } else if end - lineStart > limits.requestLineBytes {
        return .refused(.targetTooLong)
      }
      guard end < bytes.count else { return .needsMore }
      // A bare LF and a bare CR are not line ends here: the ways in which servers and proxies
      // differ about them is what request smuggling is made of (RFC 9112 §2.2).
      guard bytes[end] == ASCII.carriageReturn else {
        return .refused(.badRequest("The request's head contains a control character."))
      }
      guard end + 1 < bytes.count else { return .needsMore }
      guard bytes[end + 1] == ASCII.lineFeed else {
        return .refused(.badRequest("The request's head contains a bare CR."))
      }
      let line = lineStart..<end
      lineStart = end + 2
      scanned = end + 2
      do throws(Refusal) {
        if try take(line, in: bytes, into: &head, limits: limits) {
          return .complete(length: lineStart)
        }
      } catch {
        return .refused(error)
      }
    }
  }

  /// Takes one complete line; true if it was the empty line that ends the head.
  private mutating func take(
    _ line: Range<Int>, in bytes: borrowing Span<UInt8>, into head: inout RequestHead,
    limits: Limits
  ) throws(Refusal) -> Bool {
    guard fieldsStart != nil else {
      // One empty line before a request line is ignored (RFC 9112 §2.2).
      if line.isEmpty, line.lowerBound == 0 { return false }
      try RequestLine.parse(line, in: bytes, into: &head)
      fieldsStart = lineStart
      return false
    }
    if line.isEmpty {
      try facts.settle(&head)
      return true
    }
    guard head.fields.count < limits.fieldsCount else { throw .tooManyFields }
    let field = try Self.field(line, in: bytes)
    head.fields.append(field)
    try facts.note(field, in: bytes, version: head.version)
    return false
  }

  /// `field-name ":" OWS field-value OWS` (RFC 9112 §5); folded lines are refused (§5.2).
  private static func field(
    _ line: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(Refusal) -> RequestHead.Field {
    var colon = line.lowerBound
    while colon < line.upperBound, bytes[colon].isToken { colon += 1 }
    guard colon < line.upperBound, bytes[colon] == ASCII.colon, colon > line.lowerBound else {
      throw .badRequest("A header field's name is missing or contains a character it must not.")
    }
    return RequestHead.Field(
      name: Range(offsets: line.lowerBound..<colon),
      value: Range(offsets: bytes.trimmed(colon + 1..<line.upperBound)))
  }
}
