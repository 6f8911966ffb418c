import Bytes
import Foundation

/// How the API writes JSON: the same value always gives the same bytes.
public enum JSON {
  /// UTF-8 with sorted keys and a line end.
  ///
  /// - Throws: `EncodingError` for a number that JSON doesn't have; no value of ours holds one.
  public static func encoded(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }
}
