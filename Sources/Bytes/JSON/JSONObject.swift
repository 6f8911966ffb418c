/// A small JSON object of numbers, texts and truth values, such as the body of a request.
///
/// Of members that hold objects or arrays only that is kept.
public struct JSONObject: Sendable {
  /// A member's value, as it is written.
  public enum Value: Sendable, Equatable {
    case string(String)
    case number(String)
    case bool(Bool)
    case null
    /// An object or an array.
    case nested
  }

  private var members: [String: (value: Value, position: JSONPosition)] = [:]

  /// Reads a whole text, which must be one object.
  public init(
    _ bytes: [UInt8], limits: JSONReader.Limits = JSONReader.Limits()
  ) throws(JSONError) {
    var reader = JSONReader(bytes, limits: limits)
    guard try reader.next() == .beginObject else { throw reader.position.error("not an object") }
    var name = ""
    while let token = try reader.next() {
      let text = String(decoding: reader.text, as: UTF8.self)
      let value: Value
      switch (token, reader.depth) {
      case (.key, 1):
        name = text
        continue
      case (.string, 1): value = .string(text)
      case (.number, 1): value = .number(text)
      case (.true, 1): value = .bool(true)
      case (.false, 1): value = .bool(false)
      case (.null, 1): value = .null
      case (.beginObject, 2), (.beginArray, 2): value = .nested
      default: continue
      }
      members[name] = (value, reader.position)
    }
  }

  /// The names of the members, sorted.
  public var names: [String] { members.keys.sorted() }

  /// The member's value; nil where there is none.
  public subscript(name: String) -> Value? { members[name]?.value }

  /// Where the member's value starts.
  public func position(of name: String) -> JSONPosition? { members[name]?.position }

  /// The member's text; nil where it is missing or null.
  public func string(_ name: String) throws(JSONError) -> String? {
    switch members[name] {
    case nil, (.null, _)?: return nil
    case (.string(let text), _)?: return text
    case let (_, position)?: throw position.error("\(name) is not a string")
    }
  }

  /// The member's number, also where it is written as a string; nil where it is missing or null.
  public func number(_ name: String) throws(JSONError) -> Double? {
    switch members[name] {
    case nil, (.null, _)?: return nil
    case (.number(let text), let position)?, (.string(let text), let position)?:
      guard let value = Double(text), value.isFinite else {
        throw position.error("\(name) is not a number")
      }
      return value
    case let (_, position)?: throw position.error("\(name) is not a number")
    }
  }

  /// The member's whole number; nil where it is missing or null.
  public func integer(_ name: String) throws(JSONError) -> Int64? {
    guard case .number(let text)? = members[name]?.value, let exact = Int64(text) else {
      guard let value = try number(name) else { return nil }
      guard let whole = Int64(exactly: value) else {
        throw (position(of: name) ?? JSONPosition()).error("\(name) is not a whole number")
      }
      return whole
    }
    return exact
  }
}
