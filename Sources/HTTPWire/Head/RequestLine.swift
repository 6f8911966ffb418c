import Bytes

/// `method SP request-target SP HTTP-version` (RFC 9112 §3), with single spaces only.
enum RequestLine {
  static func parse(
    _ line: Range<Int>, in bytes: borrowing Span<UInt8>, into head: inout RequestHead
  ) throws(Refusal) {
    var methodEnd = line.lowerBound
    while methodEnd < line.upperBound, bytes[methodEnd].isToken { methodEnd += 1 }
    guard methodEnd > line.lowerBound, methodEnd < line.upperBound,
      bytes[methodEnd] == ASCII.space
    else { throw .badRequest("The request line does not begin with a method and a space.") }
    let targetStart = methodEnd + 1
    var targetEnd = targetStart
    while targetEnd < line.upperBound, bytes[targetEnd].isTarget { targetEnd += 1 }
    guard targetEnd > targetStart, targetEnd < line.upperBound, bytes[targetEnd] == ASCII.space
    else { throw .badRequest("The request's target is empty or has a character it must not.") }

    // The preface of HTTP/2 is made to fail here (RFC 9113 §3.4).
    if methodEnd - line.lowerBound == 3, isExactly("PRI", at: line.lowerBound, in: bytes) {
      throw .badRequest("This server does not speak HTTP/2.")
    }
    head.version = try version(targetEnd + 1..<line.upperBound, in: bytes)
    let method = line.lowerBound..<methodEnd
    guard let known = Self.method(method, in: bytes) else { throw .method }
    head.method = known
    try target(targetStart..<targetEnd, in: bytes, into: &head)
  }

  /// `HTTP/` and two digits around a dot, in capitals (RFC 9112 §2.3).
  private static func version(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(Refusal) -> RequestHead.Version {
    let start = range.lowerBound
    guard range.count == 8, isExactly("HTTP/", at: start, in: bytes),
      bytes[start + 5].isDigit, bytes[start + 6] == ASCII.point, bytes[start + 7].isDigit
    else { throw .badRequest("The request line does not end with an HTTP version.") }
    switch bytes[start + 5] &- ASCII.zero {
    case 1: return bytes[start + 7] == ASCII.zero ? .http10 : .http11
    case 2, 3: throw .version
    default: throw .badRequest("There is no such HTTP version.")
    }
  }

  private static func method(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>
  ) -> RequestHead.Method? {
    let start = range.lowerBound
    switch range.count {
    case 3:
      if isExactly("GET", at: start, in: bytes) { return .get }
      return isExactly("PUT", at: start, in: bytes) ? .put : nil
    case 4:
      if isExactly("HEAD", at: start, in: bytes) { return .head }
      return isExactly("POST", at: start, in: bytes) ? .post : nil
    case 5:
      if isExactly("TRACE", at: start, in: bytes) { return .trace }
      if isExactly("QUERY", at: start, in: bytes) { return .query }
      return isExactly("PATCH", at: start, in: bytes) ? .patch : nil
    case 6: return isExactly("DELETE", at: start, in: bytes) ? .delete : nil
    case 7: return isExactly("OPTIONS", at: start, in: bytes) ? .options : nil
    default: return nil
    }
  }

  private static func target(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>, into head: inout RequestHead
  ) throws(Refusal) {
    if bytes[range.lowerBound] == ASCII.slash {
      head.targetForm = .origin
      setPath(range, in: bytes, of: &head)
    } else if range.count == 1, bytes[range.lowerBound] == ASCII.asterisk {
      guard head.method == .options else {
        throw .badRequest("The target * belongs to OPTIONS only.")
      }
      head.targetForm = .asterisk
    } else {
      head.targetForm = .absolute
      let authorityStart = try afterScheme(range, in: bytes)
      var authorityEnd = authorityStart
      while authorityEnd < range.upperBound, bytes[authorityEnd] != ASCII.slash,
        bytes[authorityEnd] != ASCII.question
      { authorityEnd += 1 }
      // The Host field is ignored when the target names the host (RFC 9112 §3.2.2).
      guard Authority.isValid(authorityStart..<authorityEnd, in: bytes) else {
        throw .badRequest("The target's host is not valid.")
      }
      setPath(authorityEnd..<range.upperBound, in: bytes, of: &head)
    }
  }

  private static func afterScheme(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(Refusal) -> Int {
    let start = range.lowerBound
    if range.count > 7, bytes.matches(start..<start + 7, ignoringCase: "http://") {
      return start + 7
    }
    if range.count > 8, bytes.matches(start..<start + 8, ignoringCase: "https://") {
      return start + 8
    }
    throw .badRequest("The target is neither a path nor an http URI.")
  }

  private static func setPath(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>, of head: inout RequestHead
  ) {
    var pathEnd = range.lowerBound
    while pathEnd < range.upperBound, bytes[pathEnd] != ASCII.question { pathEnd += 1 }
    head.path = Range(offsets: range.lowerBound..<pathEnd)
    head.query =
      pathEnd < range.upperBound ? Range(offsets: pathEnd + 1..<range.upperBound) : nil
  }

  @inline(__always)
  private static func isExactly(
    _ text: StaticString, at start: Int, in bytes: borrowing Span<UInt8>
  ) -> Bool {
    text.withUTF8Buffer { expected in
      guard start + expected.count <= bytes.count else { return false }
      var offset = start
      for octet in expected {
        if bytes[offset] != octet { return false }
        offset += 1
      }
      return true
    }
  }
}
