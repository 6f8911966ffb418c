import Bytes

/// `uri-host [ ":" port ]` of RFC 9110 §7.2, without user information.
enum Authority {
  static func isValid(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Bool {
    guard !range.isEmpty else { return false }
    let hostEnd: Int
    if bytes[range.lowerBound] == ASCII.openBracket {
      guard let end = endOfLiteral(range, in: bytes) else { return false }
      hostEnd = end
    } else {
      guard let end = endOfName(range, in: bytes), end > range.lowerBound else { return false }
      hostEnd = end
    }
    guard hostEnd < range.upperBound else { return true }
    return bytes[hostEnd] == ASCII.colon && isPort(hostEnd + 1..<range.upperBound, in: bytes)
  }

  /// `reg-name` of RFC 3986 §3.2.2: unreserved octets, sub-delims and percent codings.
  private static func endOfName(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Int? {
    let allowed = OctetSet(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    var offset = range.lowerBound
    while offset < range.upperBound, bytes[offset] != ASCII.colon {
      if bytes[offset] == ASCII.percent {
        guard offset + 2 < range.upperBound, bytes[offset + 1].hexValue != nil,
          bytes[offset + 2].hexValue != nil
        else { return nil }
        offset += 3
      } else {
        guard allowed.contains(bytes[offset]) else { return nil }
        offset += 1
      }
    }
    return offset
  }

  /// An IPv6 address in brackets; only its octets are checked, as nothing is looked up by it.
  private static func endOfLiteral(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Int? {
    var offset = range.lowerBound + 1
    var colons = 0
    while offset < range.upperBound {
      let octet = bytes[offset]
      if octet == ASCII.closeBracket { return colons >= 2 ? offset + 1 : nil }
      if octet == ASCII.colon {
        colons += 1
      } else if octet.hexValue == nil, octet != ASCII.point {
        return nil
      }
      offset += 1
    }
    return nil
  }

  private static func isPort(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Bool {
    var port = 0
    for offset in range {
      guard bytes[offset].isDigit else { return false }
      port = port * 10 + Int(bytes[offset] &- ASCII.zero)
      guard port <= 65_535 else { return false }
    }
    return true
  }
}
