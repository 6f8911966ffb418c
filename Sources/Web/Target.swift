public import HTTPTypes

/// A path with a query, as it stands in a link or a field.
public struct Target {
  /// Only unreserved characters (RFC 3986 §2.3) stand for themselves.
  public let text: String

  /// Parameters without a value are left out.
  public init(_ path: String, _ parameters: [(name: String, value: String?)]) {
    let query = parameters.compactMap { name, value in
      value.map { "\(Self.encoded(name))=\(Self.encoded($0))" }
    }
    text = path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  /// A segment of a path, or a part of a query.
  public static func encoded(_ text: String) -> String {
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

extension HTTPFields {
  /// `Link: rel="next"` (RFC 8288); no field at the end of a list, where `cursor` has no value.
  public static func next(
    _ path: String, _ parameters: [(name: String, value: String?)]
  ) -> HTTPFields {
    var fields = HTTPFields()
    guard parameters.contains(where: { $0.name == "cursor" && $0.value != nil }) else {
      return fields
    }
    fields[.link] = "<\(Target(path, parameters).text)>; rel=\"next\""
    return fields
  }

  /// Scheme and authority of this server as its client knows them; nil without `Host`.
  public var serverOrigin: String? {
    self[.host].map { "\(self[.xForwardedProto] == "https" ? "https" : "http")://\($0)" }
  }
}
