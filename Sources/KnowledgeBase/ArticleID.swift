import Bytes

/// The number of a Knowledge Base article, written `Q179827`.
public struct ArticleID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The most digits that a number may have. The archive's numbers have at most six; one more leaves
  /// room without letting twenty digits through to the database.
  public static let digitsMax = 7

  private static let numbers = 1...9_999_999

  /// The number without the `Q`, from 1 to 9,999,999.
  public let number: Int

  /// The id with this number; nil unless it is from 1 to 9,999,999.
  public init?(number: Int) {
    guard Self.numbers.contains(number) else { return nil }
    self.number = number
  }

  /// An id that stands in the source code.
  package init(known number: Int) {
    precondition(Self.numbers.contains(number))
    self.number = number
  }

  /// Reads `Q179827`, `KB179827` and `179827` in any case; leading zeros and spaces are refused.
  public init?(_ text: some StringProtocol) {
    var digits = text.utf8[...]
    for prefix in ["kb", "q"]
    where digits.prefix(prefix.utf8.count).lazy.map(\.lowercased).elementsEqual(prefix.utf8) {
      digits = digits.dropFirst(prefix.utf8.count)
      break
    }
    guard digits.first != UInt8(ascii: "0"), digits.count <= Self.digitsMax,
      let number = decimal(digits)
    else { return nil }
    self.init(number: number)
  }

  /// As `Q179827`.
  public var description: String { "Q\(number)" }

  /// By number.
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

extension ArticleID: Encodable {
  /// As the string `Q179827`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
