import Bytes

/// Text of one byte a letter, as Windows' tools write it where they don't write Unicode.
///
/// A name doesn't say which code page it is in. In the console's (850) the letters with accents stand
/// between 0x80 and 0xA7, where 1252 has signs that no name holds; in 1252 they begin at 0xC0.
enum CodePage {
  /// The letters of code page 850 from 0x80 on.
  private static let console: [Unicode.Scalar] = Array(
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº".unicodeScalars)

  /// The text in Unicode; bytes that are no letter of either become U+FFFD.
  static func text(_ bytes: Span<UInt8>) -> String {
    var isConsole = true
    for index in bytes.indices where bytes[index] >= 0x80 {
      if Int(bytes[index]) - 0x80 >= console.count { isConsole = false }
    }
    var text = String.UnicodeScalarView()
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case 0..<0x80: text.append(Unicode.Scalar(byte))
      case _ where isConsole: text.append(console[Int(byte) - 0x80])
      // As in Latin-1: between 0x80 and 0x9F 1252 has no letters that names are made of.
      case 0xA0...0xFF: text.append(Unicode.Scalar(byte))
      default: text.append("\u{FFFD}")
      }
    }
    return String(text)
  }
}
