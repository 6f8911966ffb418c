/// Percent coding of paths and queries (RFC 3986 §2.1).
public enum PercentCoding {
  /// What a decoded octet means for the text it stands in.
  public enum Context: Sendable {
    /// No control octet and no encoded slash: neither may come out of a path's segment.
    case pathSegment
    /// `+` is a space (application/x-www-form-urlencoded); only NUL is refused.
    case query
  }

  /// Why a text was refused.
  public enum Fault: Error, Hashable, Sendable {
    /// A percent sign without two hexadecimal digits.
    case brokenEscape
    /// The decoded bytes are not UTF-8; overlong forms and surrogates are not either.
    case notUTF8
    /// A control octet that the context forbids.
    case encodedControl
    /// A slash within a segment of a path.
    case encodedSlash
  }

  /// Decodes a part of `bytes`, which must lie inside.
  public static func decode(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>, as context: Context
  ) throws(Fault) -> String {
    var octets: [UInt8] = []
    octets.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let octet = bytes[offset]
      if octet == ASCII.percent {
        guard offset + 2 < range.upperBound, let high = bytes[offset + 1].hexValue,
          let low = bytes[offset + 2].hexValue
        else { throw .brokenEscape }
        octets.append(try checked(high << 4 | low, in: context))
        offset += 3
      } else {
        octets.append(octet == ASCII.plus && context == .query ? ASCII.space : octet)
        offset += 1
      }
    }
    guard let text = String(validating: octets, as: UTF8.self) else { throw .notUTF8 }
    return text
  }

  private static func checked(_ octet: UInt8, in context: Context) throws(Fault) -> UInt8 {
    switch context {
    case .pathSegment:
      guard octet >= ASCII.space, octet != ASCII.delete else { throw .encodedControl }
      guard octet != ASCII.slash else { throw .encodedSlash }
    case .query:
      guard octet != 0 else { throw .encodedControl }
    }
    return octet
  }

  /// A segment of a path, or a name or value of a query: only the unreserved characters of RFC 3986 §2.3
  /// stand for themselves.
  public static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.append(byte)
      default:
        encoded.append(ASCII.percent)
        Hexadecimal.append(byte, to: &encoded, digits: Hexadecimal.uppercase)
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
