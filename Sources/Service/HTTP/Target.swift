/// A path with a query, as it stands in a link or a field.
struct Target {
  /// Only unreserved characters (RFC 3986 §2.3) stand for themselves.
  let text: String

  /// Parameters without a value are left out.
  init(_ route: Route, _ parameters: [(name: String, value: String?)]) {
    let query = parameters.compactMap { name, value in
      value.map { "\(Self.encoded(name))=\(Self.encoded($0))" }
    }
    text = route.path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  /// A segment of a path, or a part of a query.
  static func encoded(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.append(byte)
      default:
        encoded.append(UInt8(ascii: "%"))
        encoded.append(hexDigits[Int(byte >> 4)])
        encoded.append(hexDigits[Int(byte & 15)])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
