import Bytes

/// A text as words in small letters, without punctuation, with the ends of its sentences.
struct TextWords {
  struct Word {
    var text: String
    /// In bytes of the text.
    var range: Range<Int>
    var isCapitalised: Bool
    var endsSentence: Bool
  }

  private(set) var words: [Word] = []

  init(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes, in: bytes.indices)
  }

  /// An empty line ends a sentence, and so does a full stop before a capital.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    var scan = Scan(bytes: bytes, index: range.lowerBound, end: range.upperBound)
    while let word = scan.next() {
      if scan.startsParagraph, !words.isEmpty { words[words.count - 1].endsSentence = true }
      words.append(word)
    }
    if !words.isEmpty { words[words.count - 1].endsSentence = true }
  }

  /// The sentences, as ranges of words.
  var sentences: [Range<Int>] {
    var sentences: [Range<Int>] = []
    var start = 0
    for (index, word) in words.enumerated() where word.endsSentence {
      sentences.append(start..<index + 1)
      start = index + 1
    }
    return sentences
  }

  private struct Scan {
    let bytes: [UInt8]
    var index: Int
    let end: Int
    /// Whether an empty line stands before the word that came last.
    var startsParagraph = false

    mutating func next() -> Word? {
      startsParagraph = false
      var lineFeeds = 0
      while index < end, !Self.isWord(bytes[index]) {
        if bytes[index] == 0x0A { lineFeeds += 1 }
        index += 1
      }
      startsParagraph = lineFeeds > 1
      guard index < end else { return nil }
      let start = index
      while index < end, Self.isWord(bytes[index]) || isInside(start) { index += 1 }
      var last = index
      // `4.0SP3` is two words.
      if bytes[start].isDigit,
        let cut = (start..<index).first(where: { Self.isLetterS(bytes[$0]) }), cut + 2 < index,
        bytes[cut + 1].lowercased == UInt8(ascii: "p")
      {
        index = cut
        last = cut
      }
      let stop = index < end && bytes[index] == UInt8(ascii: ".") && last == index
      return Word(
        text: Self.small(bytes[start..<last]), range: start..<last,
        isCapitalised: (0x41...0x5A).contains(bytes[start]),
        endsSentence: stop && endsSentence(start))
    }

    /// Whether the byte here stands between two bytes of one word: `4.0`, `SR-1`, `U.S`, `'s`.
    private func isInside(_ start: Int) -> Bool {
      let byte = bytes[index]
      guard index + 1 < end, index > start, Self.isWord(bytes[index + 1]) else { return false }
      switch byte {
      case UInt8(ascii: "."):
        // `article.This` is the end of a sentence, `4.0` and `U.S` are words.
        let capital = (0x41...0x5A).contains(bytes[index + 1])
        let before = bytes[index - 1]
        return !capital || (0x41...0x5A).contains(before) || before == UInt8(ascii: "+")
      case UInt8(ascii: "-"):
        let word = Self.small(bytes[start..<index])
        return word != "post" && word != "pre"
      case UInt8(ascii: "'"): return true
      default: return false
      }
    }

    /// A full stop ends a sentence unless it belongs to an abbreviation.
    private func endsSentence(_ start: Int) -> Bool {
      let word = Self.small(bytes[start..<index])
      if word == "u.s" || word == "vs" || word == "e.g" || word == "i.e" { return false }
      var next = index + 1
      while next < end, bytes[next] == 0x20 || bytes[next] == 0x0A { next += 1 }
      guard next < end else { return true }
      return !(0x61...0x7A).contains(bytes[next])
    }

    private static func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "+"),
        UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "_"):
        true
      default: false
      }
    }

    private static func isLetterS(_ byte: UInt8) -> Bool { byte.lowercased == UInt8(ascii: "s") }

    private static func small(_ bytes: ArraySlice<UInt8>) -> String {
      String(unsafeUninitializedCapacity: bytes.count) { buffer in
        for (offset, byte) in bytes.enumerated() { buffer[offset] = byte.lowercased }
        return bytes.count
      }
    }
  }
}
