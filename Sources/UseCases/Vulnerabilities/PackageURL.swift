import Foundation

/// A package URL (https://github.com/package-url/purl-spec) without its qualifiers and subpath.
public struct PackageURL: Hashable {
  /// In lower case.
  public var type: String
  /// The parts before the name, joined with slashes; nil without any.
  public var namespace: String?
  /// The name, decoded.
  public var name: String
  /// The version, decoded; nil without one.
  public var version: String?

  /// Nil for what isn't one: another scheme, no type, no name, a broken percent escape.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == "pkg" else {
      return nil
    }
    // From the right: a subpath, then qualifiers.
    var rest = text[text.index(after: colon)...]
    if let hash = rest.lastIndex(of: "#") { rest = rest[..<hash] }
    if let mark = rest.lastIndex(of: "?") { rest = rest[..<mark] }
    // Slashes behind the scheme mean nothing.
    var parts = rest.split(separator: "/")
    guard parts.count >= 2 else { return nil }
    let type = parts.removeFirst()
    guard let first = type.utf8.first, Self.isLetter(first), type.utf8.allSatisfy(Self.isOfType),
      let last = parts.popLast()
    else { return nil }
    self.type = type.lowercased()
    let at = last.lastIndex(of: "@")
    guard let name = last[..<(at ?? last.endIndex)].removingPercentEncoding, !name.isEmpty else {
      return nil
    }
    self.name = name
    if let at {
      guard let version = last[last.index(after: at)...].removingPercentEncoding else {
        return nil
      }
      self.version = version.isEmpty ? nil : version
    }
    let namespace = parts.map(\.removingPercentEncoding)
    guard !namespace.contains(nil) else { return nil }
    self.namespace = parts.isEmpty ? nil : namespace.compactMap(\.self).joined(separator: "/")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isOfType(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }
}
