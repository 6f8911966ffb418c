import Compression
import Foundation
import System

/// The text of a token: `fxl_`, 43 base62 digits (32 random bytes), 6 base62 digits (CRC-32 of what
/// stands before them).
///
/// The prefix lets secret scanners find a leaked token. The checksum tells a typo from a revoked token
/// without a lookup. Only the SHA-256 of the text is stored.
public struct TokenText: Sendable {
  /// The prefix of every token.
  public static let prefix = "fxl_"
  private static let secretDigits = 43
  private static let checksumDigits = 6
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  /// The number of random bytes in a token.
  public static let randomBytes = 32

  /// The whole token, as it is shown to the user once. Don't log it.
  public let text: String

  /// A new token from 32 random bytes; nil for any other number of bytes.
  public init?(random: [UInt8]) {
    guard random.count == Self.randomBytes else { return nil }
    let body = Self.prefix + Self.base62(random, digits: Self.secretDigits)
    text = body + Self.checksum(of: body)
  }

  /// Reads a token that a client sent; nil if its form or its checksum is wrong.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.prefix.utf8.count + Self.secretDigits + Self.checksumDigits,
      text.hasPrefix(Self.prefix),
      bytes.dropFirst(Self.prefix.utf8.count).allSatisfy(Self.alphabet.contains)
    else { return nil }
    let body = String(decoding: bytes.dropLast(Self.checksumDigits), as: UTF8.self)
    guard body + Self.checksum(of: body) == text else { return nil }
    self.text = text
  }

  /// The token in an `Authorization` header: `Bearer TOKEN`, or `Basic` with the token as the password
  /// for clients that support nothing else (RFC 7617). The user name is ignored.
  ///
  /// - Returns: The text as sent, which may not be a token; nil if the header has neither form.
  public static func credentials(_ field: String) -> String? {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return String(parts[1])
    case "basic":
      guard let data = Data(base64Encoded: String(parts[1])),
        let colon = data.firstIndex(of: UInt8(ascii: ":"))
      else { return nil }
      return String(decoding: data[data.index(after: colon)...], as: UTF8.self)
    default: return nil
    }
  }

  /// The beginning of the token for lists: the prefix and four digits.
  public var shownPrefix: String { String(text.prefix(Self.prefix.count + 4)) }

  /// SHA-256 of the text.
  public var hash: [UInt8] { SHA256.digest(of: Array(text.utf8)) }

  private static func checksum(of body: String) -> String {
    let value = CRC32.checksum(of: Array(body.utf8))
    let bigEndian = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
    return base62(bigEndian, digits: checksumDigits)
  }

  /// A big-endian number in base 62 with leading zeros.
  private static func base62(_ bytes: [UInt8], digits: Int) -> String {
    var number = bytes
    var result = [UInt8](repeating: alphabet[0], count: digits)
    for place in result.indices.reversed() {
      var remainder = 0
      for index in number.indices {
        let value = remainder << 8 | Int(number[index])
        number[index] = UInt8(value / 62)
        remainder = value % 62
      }
      result[place] = alphabet[remainder]
    }
    return String(decoding: result, as: UTF8.self)
  }
}
