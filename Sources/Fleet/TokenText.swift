import Compression
import Foundation
import System

/// The text of a token: `fxl_`, 43 base62 digits (32 random bytes), 6 base62 digits (CRC-32 of what
/// stands before them).
///
/// The prefix lets scanners of secrets find a token that was published, the checksum tells a typo
/// from a token that was revoked without asking anybody. Only the SHA-256 of the text is stored.
public struct TokenText: Sendable {
  /// What every token begins with.
  public static let prefix = "fxl_"
  private static let secretDigits = 43
  private static let checksumDigits = 6
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  /// Bytes of randomness.
  public static let randomBytes = 32

  /// The whole token, as it is shown to the user once. Don't log it.
  public let text: String

  /// A new token from 32 random bytes.
  public init?(random: [UInt8]) {
    guard random.count == Self.randomBytes else { return nil }
    let body = Self.prefix + Self.base62(random, digits: Self.secretDigits)
    text = body + Self.checksum(of: body)
  }

  /// Reads what somebody sent; nil if it can't be a token.
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

  /// The token in an `Authorization` field: `Bearer TOKEN`, or `Basic` with the token as the password
  /// for clients that know nothing else (RFC 7617); the name says nothing.
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

  /// By what a person recognises the token in a list: the prefix and four digits.
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
