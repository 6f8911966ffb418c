import Mustache

/// Text in pages, escaped by Unicode scalars. The content type that Mustache brings looks at characters
/// and passes over a `<` that is one with a mark beside it, such as U+0301.
struct ScalarHTML: MustacheContentType {
  private static let name = "SCALAR_HTML"

  /// What a template begins with to be rendered so; each has a content type of its own.
  static let pragma = "{{% CONTENT_TYPE: \(name)}}\n"

  /// Makes the content type known. Must come before the first template is read.
  static func register() { MustacheContentTypes.register(Self(), named: name) }

  func escapeText(_ text: String) -> String {
    guard text.utf8.contains(where: { Self.entity($0) != nil }) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if let entity = Self.entity(byte) {
        bytes += entity.utf8
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func entity(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}
