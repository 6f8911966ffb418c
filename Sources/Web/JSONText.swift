/// A value that writes itself as JSON, for answers with many of them: `JSONEncoder` takes some 45 µs
/// for a host of a list, this less than one.
public protocol JSONWritable {
  func write(to json: inout JSONText)
}

/// JSON while it is written, in the form of `JSON.encoded`: no spaces, slashes as they are. Members come
/// in the order of the calls.
public struct JSONText {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// Writes a value with the commas between its parts.
  public mutating func object(_ members: (inout JSONText) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    members(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  public mutating func array<Element>(
    _ elements: some Sequence<Element>, _ write: (Element, inout JSONText) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: "["))
    for element in elements { write(element, &self) }
    bytes.append(UInt8(ascii: "]"))
  }

  /// An array of a text and a number.
  public mutating func pair(_ text: String, _ value: some BinaryInteger) {
    separate()
    bytes.append(UInt8(ascii: "["))
    string(text)
    number(value)
    bytes.append(UInt8(ascii: "]"))
  }

  public mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  public mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
      bytes += text.utf8
    } else {
      escaped(text)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escaped(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes += "\\b".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0..<0x20:
        bytes += "\\u00".utf8
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
  }

  public mutating func number(_ value: some BinaryInteger) { literal("\(value)") }

  public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  public mutating func null() { literal("null") }

  private static let digits = Array("0123456789abcdef".utf8)

  private mutating func literal(_ text: String) {
    separate()
    bytes += text.utf8
  }

  /// A comma, unless this is the first of its kind: what came last says so, since texts end with a
  /// quotation mark.
  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
    default: bytes.append(UInt8(ascii: ","))
    }
  }
}

extension JSONText {
  /// A member that is left out where there is no value.
  public mutating func member(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  public mutating func member(_ name: String, _ value: Int) {
    key(name)
    number(value)
  }

  /// Counts by what they are of, sorted.
  public mutating func member(_ name: String, _ counts: [String: Int]) {
    key(name)
    object { json in
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(name, count) }
    }
  }

  public mutating func member(_ name: String, _ values: some Sequence<some JSONWritable>) {
    key(name)
    array(values) { $0.write(to: &$1) }
  }
}
