public import Bytes
public import HTTPTypes

/// Why a head's target can't be taken apart. Its answer is 400.
public enum RequestError: Error, Sendable, Hashable {
  /// A part of the path or the query can't be decoded, or decodes to what must not stand there: a `%2F`
  /// would be one name in the one place and two in the other.
  case coding(PercentCoding.Fault)
  /// `.` or `..`, plain or encoded.
  case dotSegment
  /// More items in the query than `Request.queryItemsLimit`.
  case tooManyQueryItems

  /// The refusal to answer with: 400 and a sentence.
  public var refusal: Refusal {
    switch self {
    case .coding(.brokenEscape):
      .badRequest("The target has a percent sign without two hex digits.")
    case .coding(.notUTF8): .badRequest("The target is not UTF-8 when decoded.")
    case .coding(.encodedControl): .badRequest("The target has an encoded control character.")
    case .coding(.encodedSlash): .badRequest("The target's path has an encoded slash.")
    case .dotSegment: .badRequest("The target's path has a dot segment.")
    case .tooManyQueryItems: .badRequest("The target's query has too many items.")
    }
  }
}

/// A request's head as ordinary values: decoded, copied, independent of the connection's bytes.
public struct Request: Sendable, Equatable {
  /// One `name=value` of the query, decoded.
  public struct QueryItem: Sendable, Hashable {
    /// The part before the first `=`.
    public var name: String
    /// The part after it; empty if there is no `=`.
    public var value: String

    /// An item from its decoded parts.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The most query items that are decoded; more is an error.
  public static let queryItemsLimit = 1_000

  /// The method.
  public var method: HTTPRequest.Method
  /// The decoded segments of the path: `["kb", "Q179827"]`. `/` and `*` have none; `/kb/` has a
  /// last segment that is empty.
  public var path: [String]
  /// The decoded query items in their order, duplicates included.
  public var query: [QueryItem]
  /// The fields.
  public var fields: HTTPFields
  /// Where it comes from.
  public var client = ClientAddress.unknown
  /// Names it in its answer and in logs.
  public var id = RequestID.none

  /// A request from its parts, for an application that is driven without a connection.
  public init(
    method: HTTPRequest.Method, path: [String], query: [QueryItem] = [],
    fields: HTTPFields = HTTPFields()
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.fields = fields
  }

  /// Decodes and copies a head; `bytes` are those its ranges point into.
  public init(
    _ head: borrowing RequestHead, in bytes: borrowing Span<UInt8>
  ) throws(RequestError) {
    method = head.method.httpMethod
    client = head.client
    id = head.id
    path = try Self.segments(head.path.offsets, in: bytes)
    query =
      try head.query.map { range throws(RequestError) in
        try Self.items(range.offsets, in: bytes)
      } ?? []
    fields = HTTPFields()
    for field in head.fields {
      guard let name = bytes.text(field.name), let name = HTTPField.Name(name) else { continue }
      fields.append(HTTPField(name: name, value: bytes.octets(field.value)))
    }
  }

  private static func segments(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(RequestError) -> [String] {
    var segments: [String] = []
    // An absolute form without a path means the root, as `/` does.
    var start = range.lowerBound + 1
    while start <= range.upperBound {
      var end = start
      while end < range.upperBound, bytes[end] != ASCII.slash { end += 1 }
      let segment = try decoded(start..<end, in: bytes, as: .pathSegment)
      guard segment != ".", segment != ".." else { throw .dotSegment }
      segments.append(segment)
      start = end + 1
    }
    return segments == [""] ? [] : segments
  }

  private static func decoded(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>, as context: PercentCoding.Context
  ) throws(RequestError) -> String {
    do {
      return try PercentCoding.decode(range, in: bytes, as: context)
    } catch {
      throw .coding(error)
    }
  }

  private static func items(
    _ range: Range<Int>, in bytes: borrowing Span<UInt8>
  ) throws(RequestError) -> [QueryItem] {
    var items: [QueryItem] = []
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      var equals: Int?
      while end < range.upperBound, bytes[end] != ASCII.ampersand {
        if equals == nil, bytes[end] == ASCII.equals { equals = end }
        end += 1
      }
      if end > start {
        guard items.count < queryItemsLimit else { throw .tooManyQueryItems }
        let name = start..<(equals ?? end)
        let value = equals.map { $0 + 1..<end } ?? end..<end
        items.append(
          QueryItem(
            name: try decoded(name, in: bytes, as: .query),
            value: try decoded(value, in: bytes, as: .query)))
      }
      start = end + 1
    }
    return items
  }
}

extension RequestHead.Method {
  /// The same method in the vocabulary of swift-http-types.
  public var httpMethod: HTTPRequest.Method {
    switch self {
    case .get: .get
    case .head: .head
    case .post: .post
    case .put: .put
    case .delete: .delete
    case .options: .options
    case .trace: .trace
    case .patch: .patch
    case .query: .query
    }
  }
}
