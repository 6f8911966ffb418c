/// A text in which the search terms are marked.
public struct MarkedText: Hashable, Sendable {
  /// A stretch of the text.
  public struct Part: Hashable, Sendable {
    /// The text without marks, not escaped for any format.
    public var text: String
    /// Whether the search found this part.
    public var isMatch: Bool
  }

  /// Before and behind a match: code points for private use, which no article has.
  static let start: Unicode.Scalar = "\u{E000}"
  static let end: Unicode.Scalar = "\u{E001}"

  /// On one line, with the marks, not escaped for any format.
  public let raw: String

  init(_ text: String) {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
    // Tabs, line ends and blanks; bytes of longer characters are all above them.
    raw = String(unsafeUninitializedCapacity: text.utf8.count) { bytes in
      var count = 0
      var pending = false
      for byte in text.utf8 {
        if isBlank(byte) {
          pending = count > 0
          continue
        }
        if pending {
          bytes[count] = UInt8(ascii: " ")
          count += 1
          pending = false
        }
        bytes[count] = byte
        count += 1
      }
      return count
    }
  }

  /// The text without marks, split into parts that match and parts that don't.
  public var parts: [Part] {
    var parts: [Part] = []
    var text = String.UnicodeScalarView()
    var isMatch = false
    func flush() {
      if !text.isEmpty { parts.append(Part(text: String(text), isMatch: isMatch)) }
      text = String.UnicodeScalarView()
    }
    for scalar in raw.unicodeScalars {
      switch scalar {
      case Self.start, Self.end:
        flush()
        isMatch = scalar == Self.start
      default:
        text.append(scalar)
      }
    }
    flush()
    return parts
  }

  /// The text without marks.
  public var plain: String { parts.map(\.text).joined() }

  /// The text escaped for HTML, with `<mark>` around the matches.
  public var html: String {
    parts.map { part in
      let text = part.text.unicodeScalars.map(Self.escaped).joined()
      return part.isMatch ? "<mark>\(text)</mark>" : text
    }.joined()
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    case "'": "&#39;"
    default: String(scalar)
    }
  }
}

extension MarkedText: Encodable {
  /// As `html`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(html)
  }
}
