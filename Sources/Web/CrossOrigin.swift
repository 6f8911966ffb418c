public import HTTPTypes
public import HTTPWire

/// Tells requests that another site made a browser send.
///
/// As Filippo Valsorda's "Cross-Site Request Forgery" (2025) and Go's `http.CrossOriginProtection` do
/// it: browsers say in `Sec-Fetch-Site` where a request comes from; older ones name the `Origin`,
/// whose host must be the one asked. What says neither is no browser and carries nobody's cookies.
public enum CrossOrigin {
  /// - Throws: `Problem` (403) for a request from another site.
  public static func refuse(_ request: Request) throws(Problem) {
    guard !isSameOrigin(request.fields) else { return }
    throw Problem(.forbidden, "This form was sent from another site.")
  }

  /// Whether a request with these fields is from a page of this site, or from no browser.
  public static func isSameOrigin(_ fields: HTTPFields) -> Bool {
    if let site = fields[.secFetchSite] {
      return site == "same-origin" || site == "none"
    }
    guard let origin = fields[.origin] else { return true }
    guard let scheme = origin.firstRange(of: "://"), let host = fields[.host]
    else { return false }
    return origin[scheme.upperBound...].lowercased() == host.lowercased()
  }
}
