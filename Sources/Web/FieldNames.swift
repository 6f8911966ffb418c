public import HTTPTypes

/// The names of fields that HTTPTypes has none for, each once.
extension HTTPField.Name {
  /// What a browser asks for before it sends a request of another method (Fetch).
  public static let accessControlRequestMethod = known("Access-Control-Request-Method")
  /// What a page of another origin that opened this one may do with it.
  public static let crossOriginOpenerPolicy = known("Cross-Origin-Opener-Policy")
  /// Which origins may load an answer.
  public static let crossOriginResourcePolicy = known("Cross-Origin-Resource-Policy")
  /// The name under which the server was asked, where it is kept as a field.
  public static let host = known("Host")
  /// draft-ietf-httpapi-idempotency-key-header.
  public static let idempotencyKey = known("Idempotency-Key")
  /// RFC 8288.
  public static let link = known("Link")
  /// What a browser tells of this page to the next one.
  public static let referrerPolicy = known("Referrer-Policy")
  /// From where a browser sends a request (Fetch Metadata).
  public static let secFetchSite = known("Sec-Fetch-Site")
  /// W3C Trace Context.
  public static let traceparent = known("traceparent")
  /// The protocol that a browser spoke with the proxy in front.
  public static let xForwardedProto = known("X-Forwarded-Proto")

  /// A name that is written down here; a typing error that leaves no name ends the program at its
  /// first use, which no test misses.
  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no name") }
    return name
  }
}
