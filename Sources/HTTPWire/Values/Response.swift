public import HTTPTypes

/// An answer. The connection adds `Content-Length`, `Date` and `Connection`, and leaves the body
/// out where none may be sent (HEAD, 204, 304).
public struct Response: Sendable, Equatable {
  /// The status; an interim one (1xx) is not an answer and is sent as 500.
  public var status: HTTPResponse.Status
  /// The fields; `Connection`, `Content-Length`, `Date`, `Keep-Alive`, `Trailer`,
  /// `Transfer-Encoding`, `Upgrade` and `X-Request-Id` are the connection's business and are left
  /// out.
  public var fields: HTTPFields
  /// The body, complete.
  public var body: [UInt8]
  /// Whether the connection closes after this answer.
  public var closesConnection = false

  /// An answer from its parts.
  public init(status: HTTPResponse.Status, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }
}

/// An answer encoded once and sent many times: sending it copies bytes and allocates nothing.
public final class PreparedResponse: Sendable {
  /// Status line and fields with their line ends, without `Date`, `Connection` and the empty line.
  let head: [UInt8]
  let body: [UInt8]
  /// The status.
  public let status: HTTPResponse.Status
  /// Whether the connection closes after this answer.
  let closesConnection: Bool

  /// Encodes an answer; what `Response` says of status, fields and body holds here too.
  public init(_ response: Response) {
    var head: [UInt8] = []
    ResponseEncoder.appendHead(of: response, to: &head)
    self.head = head
    status = response.status
    self.body = ResponseEncoder.allowsBody(response.status) ? response.body : []
    self.closesConnection = response.closesConnection
  }

  /// Bytes of the body.
  public var bodyBytes: Int { body.count }

  /// Bytes that this answer takes in memory and on the wire, without `Date` and `Connection`.
  public var encodedBytes: Int { head.count + body.count }
}
