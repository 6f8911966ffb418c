import Bytes
public import HTTPTypes

/// Why a request is not served: a status, and one sentence for whoever sent it. Its answer is a
/// problem document (RFC 9457).
public struct Refusal: Error, Sendable, Hashable {
  /// The status of the answer.
  public var status: HTTPResponse.Status
  /// What is wrong with this request; nothing that the client sent is repeated in it.
  public var detail: String
  /// Seconds after which a new attempt makes sense, sent as `Retry-After`.
  public var retryAfterSeconds: Int?

  /// A refusal with a status and a sentence.
  public init(_ status: HTTPResponse.Status, _ detail: String, retryAfterSeconds: Int? = nil) {
    self.status = status
    self.detail = detail
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// The answer: `application/problem+json` with `type`, `title`, `status`, `detail` and, where a
  /// request is named, `request_id`.
  public func response(to id: RequestID? = nil) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = "application/problem+json"
    fields[.cacheControl] = "no-store"
    fields[.xContentTypeOptions] = "nosniff"
    if let retryAfterSeconds { fields[.retryAfter] = String(retryAfterSeconds) }
    var json = JSONText()
    json.object { json in
      json.member("type", "about:blank")
      json.member("title", status.reasonPhrase)
      json.member("status", status.code)
      json.member("detail", detail)
      json.member("request_id", id?.description)
    }
    return Response(status: status, fields: fields, body: json.bytes)
  }
}

extension Refusal {
  static func badRequest(_ detail: String) -> Refusal { Refusal(.badRequest, detail) }

  static let headerDeadline = Refusal(
    .requestTimeout, "The request's head did not arrive in time.")
  static let bodyDeadline = Refusal(.requestTimeout, "The request's body arrives too slowly.")
  static let targetTooLong = Refusal(.uriTooLong, "The request line is too long.")
  static let fieldsTooLarge = Refusal(
    .requestHeaderFieldsTooLarge, "The header fields are too large.")
  static let tooManyFields = Refusal(
    .requestHeaderFieldsTooLarge, "There are too many header fields.")
  static let trailersTooLarge = Refusal(
    .requestHeaderFieldsTooLarge, "The trailer section is too large.")
  static let bodyTooLarge = Refusal(
    .contentTooLarge, "The request's body is larger than this resource accepts.")
  static let expectation = Refusal(
    .expectationFailed, "The only expectation known here is 100-continue.")
  static let method = Refusal(.notImplemented, "This method is not known here.")
  static let transferCoding = Refusal(
    .notImplemented, "The only transfer coding known here is chunked.")
  static let version = Refusal(
    .httpVersionNotSupported, "This server speaks HTTP/1.1 and HTTP/1.0.")

  /// The worker pool has no room (503, try again in a second).
  public static let busy = Refusal(
    .serviceUnavailable, "The server is busy. Try again in a second.", retryAfterSeconds: 1)
  /// Nobody answered the request: a mistake of the application (500).
  static let unanswered = Refusal(
    .internalServerError, "The request was given up without an answer.")
  /// No further connection can be served (503, try again in a second).
  public static let tooManyConnections = Refusal(
    .serviceUnavailable, "The server has too many connections.", retryAfterSeconds: 1)
}
