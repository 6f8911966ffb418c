/// Where the next page of a list begins: an opaque text that belongs to one question.
///
/// The file that a list is read from never changes, so a place in it stays the same place. After
/// an import a list that is being paged through may shift.
public struct PageCursor: Hashable, Sendable, CustomStringConvertible {
  let offset: UInt32
  /// FNV-1a over the offset and the question: finds mistakes, doesn't keep anything secret.
  private let check: UInt32

  /// Reads what `description` gave; nil for anything else.
  public init?(_ text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 16, digits.allSatisfy(Self.isDigit),
      let value = UInt64(text, radix: 16)
    else { return nil }
    offset = UInt32(value >> 32)
    check = UInt32(value & 0xFFFF_FFFF)
  }

  init(offset: Int, of question: [String]) {
    self.offset = UInt32(clamping: offset)
    check = Self.check(self.offset, question)
  }

  /// 16 hexadecimal digits.
  public var description: String {
    let digits = String(UInt64(offset) << 32 | UInt64(check), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The place that a cursor names in the answer to a question; the beginning if there is none.
  ///
  /// - Throws: `InvalidCursor` if it belongs to another question.
  static func offset(_ cursor: PageCursor?, of question: [String]) throws -> Int {
    guard let cursor else { return 0 }
    guard cursor.check == check(cursor.offset, question) else { throw InvalidCursor() }
    return Int(cursor.offset)
  }

  private static func check(_ offset: UInt32, _ question: [String]) -> UInt32 {
    // A zero byte parts the values; none holds one.
    let values = [String(offset)] + question
    return values.reduce(2_166_136_261 as UInt32) { hash, value in
      (Array(value.utf8) + [0]).reduce(hash) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

/// A cursor that was given out for another question, or never.
public struct InvalidCursor: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String { "This cursor does not belong to this list." }
}
