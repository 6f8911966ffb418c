/// The bytes that the formats are made of.
enum ASCII {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")
  static let point = UInt8(ascii: ".")
  static let minus = UInt8(ascii: "-")
  static let plus = UInt8(ascii: "+")
  static let colon = UInt8(ascii: ":")
  static let slash = UInt8(ascii: "/")
  static let backslash = UInt8(ascii: "\\")

  /// 0 to 9, or something above 9 for any other byte.
  @inline(__always)
  static func digit(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "0") }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// A carriage return too: it belongs to the line's end, however many there are.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab || byte == carriageReturn
  }
}

extension Span<UInt8> {
  /// All but the blanks at both ends.
  func trimmedRange() -> Range<Int> { trimmedRange(of: 0..<count) }

  /// The part of `range` without blanks at both ends.
  @inline(__always)
  func trimmedRange(of range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, ASCII.isBlank(self[start]) { start &+= 1 }
    while end > start, ASCII.isBlank(self[end - 1]) { end &-= 1 }
    return start..<end
  }

  /// Whether this is one of `names`, which are in lower case, without regard to case and blanks around.
  func isOne(of names: [String]) -> Bool {
    let trimmed = extracting(trimmedRange())
    return names.contains { name in
      guard name.utf8.count == trimmed.count else { return false }
      return zip(trimmed.indices, name.utf8).allSatisfy { index, byte in
        ASCII.lowercased(trimmed[index]) == byte
      }
    }
  }

  /// Whether these are the bytes of `text`.
  func equals(_ text: [UInt8]) -> Bool {
    guard count == text.count else { return false }
    for index in text.indices where self[index] != text[index] { return false }
    return true
  }

  /// The first place of `byte` in `range`.
  func first(_ byte: UInt8, in range: Range<Int>) -> Int? { range.first { self[$0] == byte } }

  /// The last place of `byte` in `range`.
  func last(_ byte: UInt8, in range: Range<Int>) -> Int? { range.last { self[$0] == byte } }

  /// A copy as an array.
  func copied() -> [UInt8] {
    var copy: [UInt8] = []
    copy.append(copying: self)
    return copy
  }
}

extension [UInt8] {
  mutating func append(copying bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}
