import HTTPTypes
import HTTPWire

/// Which other origins' scripts may use the API from a browser (the Fetch standard, "CORS protocol").
/// They bring tokens in `Authorization`, never cookies.
public struct SharingPolicy: Sendable {
  private static let requestMethod = HTTPField.Name("Access-Control-Request-Method")
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
  func origin(of request: Request) -> String? {
    request.fields[.origin].flatMap { origins.contains($0) ? $0 : nil }
  }

  /// The answer to a browser that asks before it sends; nil if it doesn't.
  func preflight(_ request: Request, _ route: Route) -> Response? {
    guard request.method == .options, origin(of: request) != nil,
      let field = Self.requestMethod, request.fields[field] != nil
    else { return nil }
    var fields = HTTPFields()
    fields[.accessControlAllowMethods] = route.methods.map(\.rawValue).joined(separator: ", ")
    fields[.accessControlAllowHeaders] = Self.requestFields
    fields[.accessControlMaxAge] = Self.secondsMax
    return Response(status: .noContent, fields: fields)
  }
}
