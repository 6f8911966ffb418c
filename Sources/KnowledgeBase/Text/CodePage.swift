/// The encodings in which the archive's files come.
enum CodePage {
  case windows1252, cp437, utf8

  /// Decides by the bytes above 0x7F; the archive says nowhere which one a file has.
  ///
  /// A file that is valid UTF-8 is taken for it: no text of the other two is by chance. Bytes that
  /// Windows-1252 leaves undefined, runs of line-drawing characters, and letters of cp437 between
  /// small letters speak for cp437.
  init(of bytes: Span<UInt8>) {
    var high = 0
    var old = 0
    for index in bytes.indices where bytes[index] >= 0x80 {
      high += 1
      let byte = bytes[index]
      let before = index > 0 ? bytes[index - 1] : 0
      let after = index + 1 < bytes.count ? bytes[index + 1] : 0
      if [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) { old += 2 }
      if [0xC4, 0xCD, 0xB3, 0xBA].contains(byte), before == byte, after == byte { old += 1 }
      if (0x80...0xA5).contains(byte), ![0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0].contains(byte),
        Self.isSmallLetter(before), Self.isSmallLetter(after)
      {
        old += 1
      }
      if byte >= 0xE0, Self.isSmallLetter(before) || Self.isSmallLetter(after) { old -= 1 }
    }
    if high > 0, Self.isUTF8(bytes) {
      self = .utf8
    } else {
      self = old > 0 ? .cp437 : .windows1252
    }
  }

  /// The character of a byte above 0x7F; the byte's own number where the page leaves it undefined.
  func scalar(_ byte: UInt8) -> Unicode.Scalar {
    let index = Int(byte) - 0x80
    switch self {
    case .cp437 where Self.old.indices.contains(index): return Self.old[index]
    case .windows1252 where Self.western.indices.contains(index):
      return Self.western[index]
    default: return Unicode.Scalar(byte)
    }
  }

  private static func isSmallLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }

  private static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
  }

  /// 0x80 to 0x9F; from 0xA0 on the page is Latin-1. U+0081 and its like stand for the undefined.
  private static let western = Array(
    ("\u{20AC}\u{81}\u{201A}\u{192}\u{201E}\u{2026}\u{2020}\u{2021}"
      + "\u{2C6}\u{2030}\u{160}\u{2039}\u{152}\u{8D}\u{17D}\u{8F}"
      + "\u{90}\u{2018}\u{2019}\u{201C}\u{201D}\u{2022}\u{2013}\u{2014}"
      + "\u{2DC}\u{2122}\u{161}\u{203A}\u{153}\u{9D}\u{17E}\u{178}").unicodeScalars)

  /// 0x80 to 0xFF.
  private static let old = Array(
    ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
      + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}").unicodeScalars)
}
