/// What the search for a string's end has seen so far.
struct StringScan: Sendable {
  var isEscaped = false
  /// Whether there is more to do than copy.
  var isPlain = true
}

/// Strings, numbers and literals. Each returns false or nil, and takes nothing, where the bytes end
/// before the token does; a string's search goes on where it stopped.
extension JSONReader {
  mutating func readString(hasAll: Bool, at start: JSONPosition) throws(JSONError) -> Bool {
    var end = max(scanned, index + 1)
    while end < buffer.count {
      let byte = buffer[end]
      if scan.isEscaped {
        scan.isEscaped = false
      } else if byte == ASCII.quote {
        break
      } else if byte == ASCII.backslash {
        scan = StringScan(isEscaped: true, isPlain: false)
      } else if byte < 0x20 || byte >= 0x80 {
        scan.isPlain = false
      }
      end += 1
      guard end - index <= limits.stringBytesMax else {
        throw start.error("a string longer than \(limits.stringBytesMax) bytes")
      }
    }
    guard end < buffer.count else {
      if hasAll { throw start.error("a string that is never closed") }
      scanned = end
      return false
    }
    text.removeAll(keepingCapacity: true)
    if scan.isPlain {
      text.append(contentsOf: buffer[(index + 1)..<end])
    } else {
      try decodeString((index + 1)..<end, at: start)
    }
    index = end + 1
    scanned = 0
    scan = StringScan()
    return true
  }

  private mutating func decodeString(
    _ range: Range<Int>, at start: JSONPosition
  ) throws(JSONError) {
    func fault(_ offset: Int, _ detail: String) -> JSONError {
      let column = start.column + offset - range.lowerBound + 1
      return JSONError(line: start.line, column: column, detail: detail)
    }
    do {
      _ = try UTF8Span(validating: buffer.span.extracting(range))
    } catch {
      throw fault(range.lowerBound + error.byteOffsets.lowerBound, "a string that is not UTF-8")
    }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = buffer[offset]
      guard byte >= 0x20 else { throw fault(offset, "a control character in a string") }
      guard byte == ASCII.backslash else {
        text.append(byte)
        offset += 1
        continue
      }
      // The byte after a backslash is inside: else the quote would not have ended the string.
      guard offset + 1 < range.upperBound else { throw fault(offset, "an unfinished escape") }
      let escape = buffer[offset + 1]
      if escape == UInt8(ascii: "u") {
        guard let (scalar, length) = unicodeEscape(at: offset, before: range.upperBound) else {
          throw fault(offset, "a \\u escape without four digits or without its other surrogate")
        }
        UTF8Form.append(scalar, to: &text)
        offset += length
      } else {
        guard let character = Self.simpleEscape(escape) else {
          throw fault(offset, "an escape that JSON doesn't have")
        }
        text.append(character)
        offset += 2
      }
    }
  }

  private static func simpleEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case ASCII.quote, ASCII.backslash, ASCII.slash: byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): ASCII.lineFeed
    case UInt8(ascii: "r"): ASCII.carriageReturn
    case UInt8(ascii: "t"): ASCII.tab
    default: nil
    }
  }

  /// The scalar of one escape or of a pair of surrogates, and its length in bytes.
  private func unicodeEscape(at offset: Int, before end: Int) -> (UInt32, Int)? {
    guard let first = hexUnit(at: offset, before: end) else { return nil }
    switch first {
    case 0xD800...0xDBFF:
      guard let second = hexUnit(at: offset + 6, before: end), (0xDC00...0xDFFF).contains(second)
      else { return nil }
      return (0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), 12)
    case 0xDC00...0xDFFF: return nil
    default: return (first, 6)
    }
  }

  private func hexUnit(at offset: Int, before end: Int) -> UInt32? {
    guard offset + 6 <= end, buffer[offset] == ASCII.backslash,
      buffer[offset + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt32 = 0
    for byte in buffer[(offset + 2)..<(offset + 6)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte.digitValue)
      case UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "a")...UInt8(ascii: "f"):
        unit = unit << 4 | UInt32((byte | 0x20) - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return unit
  }

  /// A number of more bytes than this is no measurement.
  private static var numberBytesMax: Int { 1_024 }

  mutating func readNumber(hasAll: Bool, at start: JSONPosition) throws(JSONError) -> Bool {
    var end = max(scanned, index)
    while end < buffer.count, Self.isInNumber(buffer[end]) {
      end += 1
      guard end - index <= Self.numberBytesMax else {
        throw start.error("a number longer than \(Self.numberBytesMax) bytes")
      }
    }
    guard end < buffer.count || hasAll else {
      scanned = end
      return false
    }
    scanned = 0
    text.removeAll(keepingCapacity: true)
    text.append(contentsOf: buffer[index..<end])
    guard let isSmall = Self.checkNumber(text) else {
      throw start.error("a number that JSON doesn't allow")
    }
    if !isSmall {
      guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
        throw start.error("a number beyond the range of numbers")
      }
    }
    index = end
    return true
  }

  private static func isInNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), ASCII.minus, ASCII.plus, ASCII.point,
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// Nil where the grammar forbids it; true where it can't be beyond a Double.
  private static func checkNumber(_ text: [UInt8]) -> Bool? {
    var rest = text[...]
    func digits() -> Int {
      let count = rest.prefix(while: \.isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == ASCII.minus { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !(startsWithZero && whole > 1) else { return nil }
    if rest.first == ASCII.point {
      rest = rest.dropFirst()
      guard digits() > 0 else { return nil }
    }
    guard let exponent = rest.first else { return whole <= 300 }
    guard exponent | 0x20 == UInt8(ascii: "e") else { return nil }
    rest = rest.dropFirst()
    if rest.first == ASCII.plus || rest.first == ASCII.minus { rest = rest.dropFirst() }
    return digits() > 0 && rest.isEmpty ? false : nil
  }

  private static let literals: [(bytes: [UInt8], token: JSONToken)] = [
    (Array("true".utf8), .true), (Array("false".utf8), .false), (Array("null".utf8), .null),
  ]

  mutating func readLiteral(
    hasAll: Bool, at start: JSONPosition
  ) throws(JSONError) -> JSONToken? {
    let rest = buffer[index...].prefix(5)
    for literal in Self.literals where rest.first == literal.bytes.first {
      if rest.starts(with: literal.bytes) {
        index += literal.bytes.count
        return literal.token
      }
      if !hasAll, literal.bytes.starts(with: rest) { return nil }
    }
    throw start.error("not a JSON value")
  }
}
