/// One step of a JSON text. The text of keys, strings and numbers is in `JSONReader.text`.
public enum JSONToken: Sendable {
  case beginObject, endObject
  case beginArray, endArray
  case key
  case string
  case number
  case `true`, `false`
  case null
}

/// Reads JSON (RFC 8259) token by token, from pieces of any size, and checks all of it.
///
/// Refused with line and column: what the grammar forbids, invalid UTF-8, lone surrogates, equal
/// keys in one object, numbers beyond a Double, and more than the limits allow. Keeps the
/// unfinished token and the keys of the open objects, nothing else; it doesn't recurse.
public struct JSONReader: Sendable {
  /// What a text may ask of memory.
  public struct Limits: Sendable, Equatable {
    /// Of open objects and arrays.
    public var depthMax = 64
    /// Of one string or key.
    public var stringBytesMax = 64 << 10
    /// Of one object.
    public var membersMax = 256
    /// Whether more values may follow the first, as in a file with one on each line.
    public var allowsMore = false

    /// The defaults.
    public init() {}
  }

  private enum Expected {
    case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd, nothing
  }

  let limits: Limits
  var buffer: [UInt8] = []
  /// The first byte of `buffer` that isn't used.
  var index = 0
  /// How far the token at `index` has been looked at in vain.
  var scanned = 0
  /// What the lexer knows of the string that starts at `index`.
  var scan = StringScan()
  private var expected = Expected.value
  private var isObject: [Bool] = []
  private var keys = KeyStack()
  private var hasAll = false
  private var line = 1
  /// The bytes before the current line, less those dropped from `buffer`.
  private var lineStart = 0
  /// Where the last token starts.
  public private(set) var position = JSONPosition()
  /// The last key or string without escapes, or the last number as it is written.
  public internal(set) var text: [UInt8] = []

  /// A reader that is fed.
  public init(limits: Limits = Limits()) { self.limits = limits }

  /// A reader of a whole text.
  public init(_ bytes: [UInt8], limits: Limits = Limits()) {
    self.limits = limits
    buffer = bytes
    hasAll = true
  }

  /// One with the same limits that has read nothing.
  public func fresh() -> Self { Self(limits: limits) }

  /// Adds bytes; read all tokens of one piece before the next is added.
  public mutating func feed(_ bytes: Span<UInt8>) {
    if index > 0 {
      buffer.removeSubrange(..<index)
      lineStart -= index
      scanned = max(0, scanned - index)
      index = 0
    }
    buffer.append(copying: bytes)
  }

  /// No more bytes will come.
  public mutating func finish() { hasAll = true }

  /// How many objects and arrays are open.
  public var depth: Int { isObject.count }

  /// The next token; nil where more bytes are needed, or after the end.
  public mutating func next() throws(JSONError) -> JSONToken? {
    while true {
      skipBlanks()
      guard index < buffer.count else {
        if hasAll, expected != .nothing {
          throw here.error(isObject.isEmpty ? "the text is empty" : "the text ends too early")
        }
        return nil
      }
      position = here
      let byte = buffer[index]
      if limits.allowsMore, expected == .nothing { expected = .value }
      switch (expected, byte) {
      case (.nothing, _): throw position.error("something after the end of the value")
      case (.colon, UInt8(ascii: ":")):
        expected = .value
        index += 1
      case (.colon, _): throw position.error("a colon is missing after the key")
      case (.commaOrEnd, UInt8(ascii: ",")):
        expected = isObject.last == true ? .key : .value
        index += 1
      case (.commaOrEnd, _), (.keyOrEnd, UInt8(ascii: "}")), (.valueOrEnd, UInt8(ascii: "]")):
        return try close(byte)
      case (.keyOrEnd, _), (.key, _):
        guard byte == ASCII.quote else { throw position.error("a key in quotes is missing") }
        guard try readString(hasAll: hasAll, at: position) else { return nil }
        guard keys.insert(text, membersMax: limits.membersMax) else {
          throw position.error(
            keys.isFull(membersMax: limits.membersMax)
              ? "an object with more than \(limits.membersMax) members"
              : "the same key twice in one object")
        }
        expected = .colon
        return .key
      case (.value, _), (.valueOrEnd, _): return try readValue(byte)
      }
    }
  }

  private mutating func readValue(_ byte: UInt8) throws(JSONError) -> JSONToken? {
    switch byte {
    case UInt8(ascii: "{"):
      try open(isObject: true)
      return .beginObject
    case UInt8(ascii: "["):
      try open(isObject: false)
      return .beginArray
    case ASCII.quote:
      guard try readString(hasAll: hasAll, at: position) else { return nil }
      endValue()
      return .string
    case ASCII.minus, UInt8(ascii: "0")...UInt8(ascii: "9"):
      guard try readNumber(hasAll: hasAll, at: position) else { return nil }
      endValue()
      return .number
    default:
      guard let token = try readLiteral(hasAll: hasAll, at: position) else { return nil }
      endValue()
      return token
    }
  }

  private mutating func open(isObject opensObject: Bool) throws(JSONError) {
    guard isObject.count < limits.depthMax else {
      throw position.error("objects and arrays more than \(limits.depthMax) deep")
    }
    isObject.append(opensObject)
    if opensObject { keys.open() }
    expected = opensObject ? .keyOrEnd : .valueOrEnd
    index += 1
  }

  private mutating func close(_ byte: UInt8) throws(JSONError) -> JSONToken {
    let closesObject = isObject.last == true
    guard byte == UInt8(ascii: closesObject ? "}" : "]") else {
      throw position.error(
        closesObject ? "a comma or } is missing" : "a comma or ] is missing")
    }
    isObject.removeLast()
    if closesObject { keys.close() }
    index += 1
    endValue()
    return closesObject ? .endObject : .endArray
  }

  private mutating func endValue() { expected = isObject.isEmpty ? .nothing : .commaOrEnd }

  private mutating func skipBlanks() {
    while index < buffer.count {
      switch buffer[index] {
      case ASCII.lineFeed:
        line += 1
        index += 1
        lineStart = index
      case ASCII.space, ASCII.tab, ASCII.carriageReturn: index += 1
      default: return
      }
    }
  }

  private var here: JSONPosition { JSONPosition(line: line, column: index - lineStart + 1) }
}
