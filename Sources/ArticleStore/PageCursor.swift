/// Where the next page of a list begins: an opaque text that is valid for one query only.
///
/// Lists in the order of a key that each article keeps (its number, or what ends its bug and its
/// number) go on behind the last key that was shown, whatever an import added or took away
/// meanwhile. Hits in the order of their rank go on by their place: ranks are no keys, because all
/// of them change with the archive and equal articles share one.
public struct PageCursor: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of the text.
  private static let digitsCount = 24

  /// A place or a key: what it means depends on the question.
  let position: UInt64
  /// FNV-1a over the position and the question: finds mistakes, doesn't keep anything secret.
  private let check: UInt32

  /// Reads what `description` gave; nil for anything else.
  public init?(_ text: String) {
    let digits = Array(text.utf8)
    guard digits.count == Self.digitsCount, digits.allSatisfy(Self.isDigit),
      let position = UInt64(text.prefix(16), radix: 16),
      let check = UInt32(text.suffix(8), radix: 16)
    else { return nil }
    self.position = position
    self.check = check
  }

  init(_ position: UInt64, of question: [String]) {
    self.position = position
    check = Self.check(position, question)
  }

  /// 24 hexadecimal digits.
  public var description: String { Self.digits(position, 16) + Self.digits(UInt64(check), 8) }

  /// The position that a cursor names in the answer to a question; nil if there is no cursor.
  ///
  /// - Throws: `InvalidCursor` if it belongs to another question.
  static func position(_ cursor: PageCursor?, of question: [String]) throws -> UInt64? {
    guard let cursor else { return nil }
    guard cursor.check == check(cursor.position, question) else { throw InvalidCursor() }
    return cursor.position
  }

  private static func check(_ position: UInt64, _ question: [String]) -> UInt32 {
    // A zero byte parts the values; none holds one.
    let values = [String(position)] + question
    return values.reduce(2_166_136_261 as UInt32) { hash, value in
      (Array(value.utf8) + [0]).reduce(hash) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
  }

  private static func digits(_ value: UInt64, _ count: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: count - digits.count) + digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

/// The error for a cursor that belongs to another query or was never issued.
public struct InvalidCursor: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence for the client.
  public var description: String { "This cursor does not belong to this list." }
}
