import Bytes
public import HTTPTypes

/// A path with a query, as it stands in a link or a field.
public struct Target {
  /// Only unreserved characters (RFC 3986 §2.3) stand for themselves.
  public let text: String

  /// Parameters without a value are left out.
  public init(_ path: String, _ parameters: [(name: String, value: String?)]) {
    let query = parameters.compactMap { name, value in
      value.map { "\(PercentCoding.encode(name))=\(PercentCoding.encode($0))" }
    }
    text = path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }
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
