public import HTTPTypes
public import HTTPWire

/// Which other origins' scripts may use the API from a browser (the Fetch standard, "CORS protocol").
/// They bring tokens in `Authorization`, never cookies.
public struct SharingPolicy: Sendable {
  /// What scripts may send beyond what the standard lets them send anyway.
  private static let requestFields =
    "Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-None-Match, traceparent, "
    + "X-Request-Id"
  /// Seconds for which a browser needn't ask again.
  private static let secondsMax = "600"

  private let origins: Set<String>

  /// - Parameter origins: Such as `https://example.com`, compared as they are.
  public init(origins: [String]) { self.origins = Set(origins) }

  /// The origin of a request if its scripts may read the answer.
  public func origin(of request: Request) -> String? {
    request.fields[.origin].flatMap { origins.contains($0) ? $0 : nil }
  }

  /// The answer to a browser that asks before it sends; nil if it doesn't.
  ///
  /// - Parameter methods: What the place answers.
  public func preflight(_ request: Request, _ methods: [HTTPRequest.Method]) -> Response? {
    guard request.method == .options, origin(of: request) != nil,
      request.fields[.accessControlRequestMethod] != nil
    else { return nil }
    var fields = HTTPFields()
    fields[.accessControlAllowMethods] = methods.map(\.rawValue).joined(separator: ", ")
    fields[.accessControlAllowHeaders] = Self.requestFields
    fields[.accessControlMaxAge] = Self.secondsMax
    return Response(status: .noContent, fields: fields)
  }
}
