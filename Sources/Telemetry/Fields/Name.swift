import Bytes
/// Reads names of hosts, processes and products.
enum Name {
  /// The text without blanks at both ends; refuses what no log line or page should have to show.
  static func read(_ text: Span<UInt8>, bytesMax: Int) throws(FieldFault) -> String {
    let range = text.trimmedRange()
    guard !range.isEmpty else { throw .emptyName }
    guard range.count <= bytesMax else { throw .longName(limit: bytesMax) }
    let trimmed = text.extracting(range)
    for index in trimmed.indices {
      let byte = trimmed[index]
      // C1 controls are C2 80 to C2 9F.
      let isC1 = byte == 0xC2 && index + 1 < trimmed.count && trimmed[index + 1] < 0xA0
      if byte < 0x20 || byte == 0x7F || isC1 || movesText(trimmed, at: index) {
        throw .nameWithControlCharacter
      }
    }
    guard let valid = try? UTF8Span(validating: trimmed) else { throw .nameNotUTF8 }
    return String(copying: valid)
  }

  /// Whether a mark of the writing direction or a line separator starts here: U+200E, U+200F,
  /// U+2028 to U+202E, U+2066 to U+2069. They make a name read as what it isn't.
  private static func movesText(_ text: Span<UInt8>, at index: Int) -> Bool {
    guard text[index] == 0xE2, index + 2 < text.count else { return false }
    switch (text[index + 1], text[index + 2]) {
    case (0x80, 0x8E...0x8F), (0x80, 0xA8...0xAE), (0x81, 0xA6...0xA9): return true
    default: return false
    }
  }

  /// Nil for a text of blanks only.
  static func readOptional(_ text: Span<UInt8>, bytesMax: Int) throws(FieldFault) -> String? {
    text.trimmedRange().isEmpty ? nil : try read(text, bytesMax: bytesMax)
  }
}
