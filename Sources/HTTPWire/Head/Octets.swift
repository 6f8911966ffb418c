import Bytes

/// A set of ASCII octets as 128 bits: a test is a shift, and no table is read.
struct OctetSet: Sendable {
  private let low: UInt64
  private let high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  @inline(__always)
  func contains(_ octet: UInt8) -> Bool {
    if octet >= 128 { return false }
    let half = octet < 64 ? low : high
    return (half >> UInt64(octet & 63)) & 1 == 1
  }
}

extension UInt8 {
  /// `tchar` of RFC 9110 §5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``.
  @inline(__always)
  var isToken: Bool {
    OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE).contains(self)
  }

  /// What a path may hold besides `/`: `pchar` of RFC 3986 §3.3, and `[ ] ^ |` and the like,
  /// which browsers send as they are.
  @inline(__always)
  var isTarget: Bool {
    self > ASCII.space && self < ASCII.delete && self != ASCII.number
      && self != ASCII.quote && self != ASCII.backslash
      && self != 0x3C && self != 0x3E
  }
}

extension Range where Bound == Int32 {
  /// The same range as offsets of a span.
  @inline(__always)
  var offsets: Range<Int> { Range<Int>(uncheckedBounds: (Int(lowerBound), Int(upperBound))) }

  @inline(__always)
  init(offsets: Range<Int>) {
    self.init(
      uncheckedBounds: (
        Int32(truncatingIfNeeded: offsets.lowerBound), Int32(truncatingIfNeeded: offsets.upperBound)
      ))
  }
}

extension Span where Element == UInt8 {
  /// Whether the bytes of `range` are `text`, an ASCII text in lower case, in any letter case.
  @inline(__always)
  func matches(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      var offset = range.lowerBound
      for octet in expected {
        if self[offset].lowercased != octet { return false }
        offset += 1
      }
      return true
    }
  }

  /// `range` without the spaces and tabs at both ends (OWS of RFC 9110 §5.6.3).
  @inline(__always)
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start] == ASCII.space || self[start] == ASCII.tab { start += 1 }
    while end > start, self[end - 1] == ASCII.space || self[end - 1] == ASCII.tab { end -= 1 }
    return start..<end
  }

  /// Whether the bytes of a head's range are exactly `expected`. Nothing is allocated.
  public func matches(_ range: Range<Int32>, _ expected: [UInt8]) -> Bool {
    guard range.count == expected.count, range.lowerBound >= 0, Int(range.upperBound) <= count
    else { return false }
    var offset = Int(range.lowerBound)
    for octet in expected {
      if self[offset] != octet { return false }
      offset += 1
    }
    return true
  }

  /// The bytes of a head's range as text, or nil if they are not UTF-8.
  public func text(_ range: Range<Int32>) -> String? {
    String(validating: octets(range), as: UTF8.self)
  }

  /// A copy of the bytes of a head's range; empty if the range is not inside.
  public func octets(_ range: Range<Int32>) -> [UInt8] {
    guard range.lowerBound >= 0, Int(range.upperBound) <= count else { return [] }
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for offset in range { copy.append(self[Int(offset)]) }
    return copy
  }
}
