/// A name that counts as the bytes it is made of, as it does for SQLite.
///
/// Swift compares texts by their normal form: a letter with its mark in one character and in two are
/// the same text. As keys of a dictionary they would be one host where the database has two.
public struct NameBytes: Hashable, Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }

  public static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    // Ends the name, so that the bytes of two in a row have one meaning.
    hasher.combine(0xFF as UInt8)
  }
}
