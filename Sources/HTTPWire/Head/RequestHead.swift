/// A request line and its fields as ranges of the bytes they were parsed from. Nothing is copied:
/// the ranges mean something only together with those bytes.
public struct RequestHead: Sendable {
  /// The methods that this server knows; every other token is refused with 501.
  public enum Method: UInt8, Sendable {
    /// The methods of RFC 9110 §9.3 without CONNECT, PATCH of RFC 5789, and QUERY.
    case get, head, post, put, delete, options, trace, patch, query
  }

  /// The version that the client speaks. A minor version above 1 counts as 1.1 (RFC 9110 §2.5).
  public enum Version: UInt8, Sendable {
    /// HTTP/1.0 and HTTP/1.1.
    case http10, http11
  }

  /// How the target was written (RFC 9112 §3.2); the authority form belongs to CONNECT only.
  public enum TargetForm: UInt8, Sendable {
    /// `/path?query`, `http://host/path?query`, `*`.
    case origin, absolute, asterisk
  }

  /// How the length of the body is known (RFC 9112 §6.3).
  public enum Framing: Sendable, Equatable {
    /// No body.
    case none
    /// Content-Length, in bytes.
    case length(Int)
    /// Transfer-Encoding: chunked.
    case chunked
  }

  /// One field line.
  public struct Field: Sendable {
    /// The name without the colon, in the letter case it came in.
    public let name: Range<Int32>
    /// The value without white space around it.
    public let value: Range<Int32>
  }

  /// What is to be done.
  public internal(set) var method = Method.get
  /// The version the client speaks.
  public internal(set) var version = Version.http11
  /// How the target was written.
  public internal(set) var targetForm = TargetForm.origin
  /// The raw path, without query. Empty for `*` and for an absolute form without a path.
  public internal(set) var path: Range<Int32> = 0..<0
  /// The raw query without its question mark; nil if there is no question mark.
  public internal(set) var query: Range<Int32>?
  /// The fields in the order they came.
  public internal(set) var fields: [Field] = []
  /// How the length of the body is known.
  public internal(set) var framing = Framing.none
  /// Whether the client wants the connection to stay open (RFC 9112 §9.3).
  public internal(set) var keepAlive = true
  /// Whether the client waits for 100 before it sends the body (RFC 9110 §10.1.1).
  public internal(set) var expectsContinue = false
  /// Names the request in its answer and in logs.
  public internal(set) var id = RequestID.none
  /// Where a well-formed `X-Request-Id` is.
  var givenID: Range<Int32>?

  /// Where the connection comes from.
  public let client: ClientAddress

  init(client: ClientAddress = .unknown) { self.client = client }

  /// Makes the head ready for the next request and keeps the memory of its fields.
  mutating func reset() {
    method = .get
    version = .http11
    targetForm = .origin
    path = 0..<0
    query = nil
    fields.removeAll(keepingCapacity: true)
    framing = .none
    keepAlive = true
    expectsContinue = false
    id = .none
    givenID = nil
  }

  /// The value of the first field of this name, given in lower case; nothing is allocated.
  public func value(of name: StaticString, in bytes: borrowing Span<UInt8>) -> Range<Int32>? {
    for field in fields where bytes.matches(field.name.offsets, ignoringCase: name) {
      return field.value
    }
    return nil
  }
}
