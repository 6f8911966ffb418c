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
      if byte < 0x20 || byte == 0x7F || isC1 { throw .nameWithControlCharacter }
    }
    guard let valid = try? UTF8Span(validating: trimmed) else { throw .nameNotUTF8 }
    return String(copying: valid)
  }

  /// Nil for a text of blanks only.
  static func readOptional(_ text: Span<UInt8>, bytesMax: Int) throws(FieldFault) -> String? {
    text.trimmedRange().isEmpty ? nil : try read(text, bytesMax: bytesMax)
  }
}
