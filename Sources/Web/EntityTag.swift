import Bytes
import HTTPTypes
import System

/// A strong validator of a representation (RFC 9110 §8.8.3).
public struct EntityTag: Hashable {
  /// With its quotation marks.
  public let text: String

  /// The first 128 bits of the SHA-256 of the bytes; `variant` tells a coding of them apart.
  public init(of bytes: [UInt8], variant: String = "") {
    text = "\"\(Hexadecimal.text(SHA256.digest(of: bytes).prefix(16)))\(variant)\""
  }

  /// Whether `If-None-Match` names this tag or `*`; weak comparison, as §13.1.2 says.
  public func matches(_ ifNoneMatch: String?) -> Bool {
    guard let ifNoneMatch else { return false }
    var tags = ifNoneMatch.utf8.split(separator: UInt8(ascii: ",")).lazy.map { tag in
      Substring(tag).drop { $0 == " " || $0 == "\t" }
    }.makeIterator()
    while let tag = tags.next() {
      let strong = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
      if strong == "*" { return true }
      if strong.hasPrefix(text),
        strong.dropFirst(text.count).allSatisfy({ $0 == " " || $0 == "\t" })
      {
        return true
      }
    }
    return false
  }
}
