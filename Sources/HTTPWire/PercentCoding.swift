/// Percent coding of paths and queries (RFC 3986 §2.1), decoded to UTF-8 text or refused.
enum PercentCoding {
  /// What a decoded octet means for the text it stands in.
  enum Context {
    /// No control octet and no encoded slash: neither may come out of a path's segment.
    case pathSegment
    /// `+` is a space (application/x-www-form-urlencoded); only NUL is refused.
    case query
  }

  static func decode(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>, as context: Context
  ) throws(RequestError) -> String {
    var octets: [UInt8] = []
    octets.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let octet = bytes[offset]
      if octet == Octet.percent {
        guard offset + 2 < range.upperBound, let high = bytes[offset + 1].hexValue,
          let low = bytes[offset + 2].hexValue
        else { throw .percentCoding }
        octets.append(try checked(high << 4 | low, in: context))
        offset += 3
      } else {
        octets.append(octet == Octet.plus && context == .query ? Octet.space : octet)
        offset += 1
      }
    }
    // Overlong forms and surrogates are not UTF-8 and fail here.
    guard let text = String(validating: octets, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  private static func checked(
    _ octet: UInt8, in context: Context
  ) throws(RequestError) -> UInt8 {
    switch context {
    case .pathSegment:
      guard octet >= Octet.space, octet != Octet.delete else { throw .encodedControl }
      guard octet != Octet.slash else { throw .encodedSlash }
    case .query:
      guard octet != 0 else { throw .encodedControl }
    }
    return octet
  }
}
