import Bytes

/// Reads names of hosts, processes and products.
enum Name {
  /// What bytes that are no UTF-8 are.
  enum Encoding {
    /// A fault, since the format knows no other encoding.
    case utf8
    /// Text of a Windows code page.
    case codePage
  }

  /// The text without blanks at both ends; refuses what no log line or page should have to show.
  static func read(
    _ text: Span<UInt8>, bytesMax: Int, in encoding: Encoding = .utf8
  ) throws(FieldFault) -> String {
    let range = text.trimmedRange()
    guard !range.isEmpty else { throw .emptyName }
    guard range.count <= bytesMax else { throw .longName(limit: bytesMax) }
    let trimmed = text.extracting(range)
    var isASCII = true
    for index in trimmed.indices {
      let byte = trimmed[index]
      if byte < 0x20 || byte == 0x7F { throw .nameWithControlCharacter }
      if byte >= 0x80 { isASCII = false }
    }
    let name: String
    if let valid = try? UTF8Span(validating: trimmed) {
      name = String(copying: valid)
    } else {
      guard encoding == .codePage else { throw .nameNotUTF8 }
      name = CodePage.text(trimmed)
      guard name.utf8.count <= bytesMax else { throw .longName(limit: bytesMax) }
    }
    guard isASCII || PrintableName.allows(name) else { throw .nameWithControlCharacter }
    return name
  }

  /// The name of a Windows host, which Windows compares without case: in capitals.
  static func readWindowsHost(
    _ text: Span<UInt8>, bytesMax: Int
  ) throws(FieldFault) -> String? {
    guard let name = try readOptional(text, bytesMax: bytesMax, in: .codePage) else { return nil }
    var capitals = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      let upper = scalar.properties.uppercaseMapping.unicodeScalars
      // As Windows does, one letter for one: the sharp s stays.
      capitals.append(upper.count == 1 ? upper.first ?? scalar : scalar)
    }
    return String(capitals)
  }

  /// Nil for a text of blanks only.
  static func readOptional(
    _ text: Span<UInt8>, bytesMax: Int, in encoding: Encoding = .utf8
  ) throws(FieldFault) -> String? {
    text.trimmedRange().isEmpty ? nil : try read(text, bytesMax: bytesMax, in: encoding)
  }
}
