/// Bytes as hexadecimal digits.
public enum Hexadecimal {
  /// The digits that texts of this program are written with.
  public static let lowercase = Array("0123456789abcdef".utf8)
  /// The digits of percent coding, which RFC 3986 §2.1 asks for.
  public static let uppercase = Array("0123456789ABCDEF".utf8)

  /// Two digits for each byte, in lower case.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    var digits: [UInt8] = []
    for byte in bytes { append(byte, to: &digits, digits: lowercase) }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Adds the two digits of a byte.
  public static func append(_ byte: UInt8, to text: inout [UInt8], digits: [UInt8]) {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
}

/// Two numbers in hexadecimal with a hyphen between, `1f-2a`: how a cursor of a list is written.
public struct HexadecimalPair: Hashable, Sendable, CustomStringConvertible {
  /// The number before the hyphen.
  public let first: UInt64
  /// The number behind it.
  public let second: UInt64

  /// Two numbers.
  public init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// Reads what `description` gave; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ (1...16).contains($0.utf8.count) }),
      parts.allSatisfy({ $0.utf8.allSatisfy { $0.hexValue != nil } }),
      let first = UInt64(parts[0], radix: 16), let second = UInt64(parts[1], radix: 16)
    else { return nil }
    self.init(first, second)
  }

  /// The two numbers.
  public var description: String {
    "\(String(first, radix: 16))-\(String(second, radix: 16))"
  }
}
