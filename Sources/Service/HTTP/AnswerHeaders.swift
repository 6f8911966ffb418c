import HTTPTypes
import HTTPWire

/// What every answer tells browsers, whatever else it says.
struct AnswerHeaders: Sendable {
  /// The origin whose scripts may read the answer; nil for none.
  var sharedWith: String?
  /// Whether that depends on who asks.
  var variesByOrigin = false

  func add(to response: inout Response) {
    response.fields.addDefaults()
    if variesByOrigin { response.fields.addVary("Origin") }
    if let sharedWith {
      response.fields[.accessControlAllowOrigin] = sharedWith
      response.fields[.accessControlExposeHeaders] =
        "ETag, Link, Location, Retry-After, X-Request-Id"
      if let policy = HTTPFields.resourcePolicy { response.fields[policy] = "cross-origin" }
    }
  }
}

extension HTTPFields {
  fileprivate static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")
  private static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")
  private static let referrerPolicy = HTTPField.Name("Referrer-Policy")

  /// What a browser may do with a page: nothing from elsewhere, no script in the text, no frame.
  static let page: HTTPFields = {
    var fields = HTTPFields()
    fields[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
      + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    if let openerPolicy { fields[openerPolicy] = "same-origin" }
    return fields
  }()

  /// What is said where an answer says nothing of it: its media type is what it says it is, no other
  /// site gets it or is told of it, and if it is shown as a page it can do nothing.
  mutating func addDefaults() {
    if self[.contentSecurityPolicy] == nil {
      self[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    }
    self[.xContentTypeOptions] = "nosniff"
    if let policy = Self.referrerPolicy { self[policy] = "no-referrer" }
    if let policy = Self.resourcePolicy, self[policy] == nil { self[policy] = "same-origin" }
  }

  /// Adds a field's name to `Vary`.
  mutating func addVary(_ name: String) {
    self[.vary] = self[.vary].map { "\($0), \(name)" } ?? name
  }
}
