/// The trace that a request belongs to (W3C Trace Context, §3.2 `traceparent`).
public struct TraceContext: Sendable, Hashable {
  /// 32 hexadecimal digits, not all 0.
  public let traceID: String
  /// 16 hexadecimal digits, not all 0: the operation of the client that asked.
  public let parentID: String

  /// Nil for what isn't exactly as the standard has it: then there is no trace.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 4, Self.isHex(parts[0], 2), !parts[0].elementsEqual("ff".utf8),
      Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
      // Only a later version may say more.
      parts.count == 4 || !parts[0].elementsEqual("00".utf8),
      !Self.isZero(parts[1]), !Self.isZero(parts[2])
    else { return nil }
    traceID = String(decoding: parts[1], as: UTF8.self)
    parentID = String(decoding: parts[2], as: UTF8.self)
  }

  /// Lower case only, as the standard has it.
  private static func isHex(_ part: Substring.UTF8View.SubSequence, _ count: Int) -> Bool {
    part.count == count
      && part.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  private static func isZero(_ part: Substring.UTF8View.SubSequence) -> Bool {
    part.allSatisfy { $0 == UInt8(ascii: "0") }
  }
}
