public import Bytes
public import HTTPTypes
public import HTTPWire

/// An error as the client sees it: a problem document (RFC 9457).
public struct Problem: Error {
  /// The status of the answer.
  public var status: HTTPResponse.Status
  /// What is wrong with this request, and what would be right.
  public var detail: String
  /// The places at fault, where places are.
  public var errors: [Fault] = []
  /// What the answer has besides.
  public var fields = HTTPFields()

  /// An error with its status.
  public init(
    _ status: HTTPResponse.Status, _ detail: String, errors: [Fault] = [],
    fields: HTTPFields = HTTPFields()
  ) {
    self.status = status
    self.detail = detail
    self.errors = errors
    self.fields = fields
  }

  /// What the wire refused.
  public init(_ refusal: Refusal) {
    self.init(refusal.status, refusal.detail)
  }

  /// What work answers that was told to stop; the client is gone, so nobody reads it.
  public static let cancelled = Problem(
    .serviceUnavailable, "The work was stopped before it was done.")

  /// The answer as `application/problem+json`, with the ID of the request that it is about.
  public func response(to id: RequestID) -> Response {
    var fields = fields
    fields[.contentType] = "application/problem+json"
    fields[.cacheControl] = "no-store"
    var json = JSONText()
    json.object { json in
      json.member("detail", detail)
      if !errors.isEmpty { json.member("errors", errors) }
      json.member("request_id", id == .none ? nil : "\(id)")
      json.member("status", status.code)
      json.member("title", status.reasonPhrase)
      json.member("type", "about:blank")
    }
    return Response(
      status: status, fields: fields, body: json.bytes + [UInt8(ascii: "\n")])
  }
}

extension Problem {
  /// A place in a body that is at fault.
  public struct Fault: Sendable {
    /// Counted from 1.
    public var line: Int
    /// Counted from 1; nil where the whole line is meant.
    public var column: Int?
    /// What is wrong there.
    public var detail: String

    /// A fault at a place.
    public init(line: Int, column: Int?, detail: String) {
      self.line = line
      self.column = column
      self.detail = detail
    }
  }
}

extension Problem.Fault: JSONWritable {
  /// Writes it as an object.
  public func write(to json: inout JSONText) {
    json.object { json in
      if let column { json.member("column", column) }
      json.member("detail", detail)
      json.member("line", line)
    }
  }
}
