/// A value that was rejected, as it may be shown: short, and without what moves or hides other text.
enum RejectedValue {
  private static let bytesMax = 64

  /// The bytes of a row in this range; nil for none.
  static func text(_ row: Span<UInt8>, _ range: Range<Int>) -> String? {
    let shown = range.prefix(bytesMax)
    guard !shown.isEmpty else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(shown.count)
    for index in shown { bytes.append(row[index]) }
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return range.count > bytesMax ? text + "…" : text
  }
}
