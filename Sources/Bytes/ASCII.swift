/// The ASCII bytes that formats and protocols give a meaning to.
public enum ASCII {
  @inlinable public static var tab: UInt8 { 0x09 }
  @inlinable public static var lineFeed: UInt8 { 0x0A }
  @inlinable public static var carriageReturn: UInt8 { 0x0D }
  @inlinable public static var space: UInt8 { 0x20 }
  @inlinable public static var quote: UInt8 { 0x22 }
  @inlinable public static var number: UInt8 { 0x23 }
  @inlinable public static var percent: UInt8 { 0x25 }
  @inlinable public static var ampersand: UInt8 { 0x26 }
  @inlinable public static var asterisk: UInt8 { 0x2A }
  @inlinable public static var plus: UInt8 { 0x2B }
  @inlinable public static var comma: UInt8 { 0x2C }
  @inlinable public static var minus: UInt8 { 0x2D }
  @inlinable public static var point: UInt8 { 0x2E }
  @inlinable public static var slash: UInt8 { 0x2F }
  @inlinable public static var zero: UInt8 { 0x30 }
  @inlinable public static var colon: UInt8 { 0x3A }
  @inlinable public static var semicolon: UInt8 { 0x3B }
  @inlinable public static var equals: UInt8 { 0x3D }
  @inlinable public static var question: UInt8 { 0x3F }
  @inlinable public static var at: UInt8 { 0x40 }
  @inlinable public static var openBracket: UInt8 { 0x5B }
  @inlinable public static var backslash: UInt8 { 0x5C }
  @inlinable public static var closeBracket: UInt8 { 0x5D }
  @inlinable public static var delete: UInt8 { 0x7F }
}

extension UInt8 {
  /// The value of a decimal digit; something above 9 for any other byte.
  @inlinable public var digitValue: UInt8 { self &- ASCII.zero }

  /// Whether this is one of `0` to `9`.
  @inlinable public var isDigit: Bool { digitValue < 10 }

  /// The value of a hexadecimal digit in either case; nil for any other byte.
  @inlinable public var hexValue: UInt8? {
    if isDigit { return digitValue }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// A letter of ASCII in lower case, any other byte as it is.
  @inlinable public var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// Whether this is a space, a tab or a carriage return, which belongs to the line's end, however many
  /// there are.
  @inlinable public var isBlank: Bool {
    self == ASCII.space || self == ASCII.tab || self == ASCII.carriageReturn
  }
}

extension Span<UInt8> {
  /// All but the blanks at both ends.
  @inlinable public func trimmedRange() -> Range<Int> { trimmedRange(of: 0..<count) }

  /// The part of `range` without blanks at both ends.
  @inlinable public func trimmedRange(of range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start].isBlank { start &+= 1 }
    while end > start, self[end - 1].isBlank { end &-= 1 }
    return start..<end
  }

  /// Whether this is one of `names`, which are in lower case, without regard to case and blanks around.
  @inlinable public func isOne(of names: [String]) -> Bool {
    let trimmed = extracting(trimmedRange())
    return names.contains { name in
      guard name.utf8.count == trimmed.count else { return false }
      return zip(trimmed.indices, name.utf8).allSatisfy { index, byte in
        trimmed[index].lowercased == byte
      }
    }
  }

  /// Whether these are the bytes of `text`.
  @inlinable public func equals(_ text: [UInt8]) -> Bool {
    guard count == text.count else { return false }
    for index in text.indices where self[index] != text[index] { return false }
    return true
  }

  /// The first place of `byte` in `range`.
  @inlinable public func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    range.first { self[$0] == byte }
  }

  /// The last place of `byte` in `range`.
  @inlinable public func last(_ byte: UInt8, in range: Range<Int>) -> Int? {
    range.last { self[$0] == byte }
  }

  /// A copy as an array.
  @inlinable public func copied() -> [UInt8] {
    var copy: [UInt8] = []
    copy.append(copying: self)
    return copy
  }
}

extension [UInt8] {
  /// Adds a copy of the bytes.
  @inlinable public mutating func append(copying bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
