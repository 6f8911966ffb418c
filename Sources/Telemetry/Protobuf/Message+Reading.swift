import SwiftProtobuf

extension Message {
  /// The message, without fields that it doesn't name; nil where the bytes are none.
  static func read(_ bytes: [UInt8]) -> Self? {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    return try? Self(serializedBytes: bytes, options: options)
  }
}
