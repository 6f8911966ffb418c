public import HTTPTypes
public import HTTPWire

/// What every answer tells browsers, whatever else it says.
public struct AnswerHeaders: Sendable {
  /// The origin whose scripts may read the answer; nil for none.
  public var sharedWith: String?
  /// Whether that depends on who asks.
  public var variesByOrigin = false

  /// - Parameters:
  ///   - sharedWith: The origin whose scripts may read the answer; nil for none.
  ///   - variesByOrigin: Whether that depends on who asks.
  public init(sharedWith: String? = nil, variesByOrigin: Bool = false) {
    self.sharedWith = sharedWith
    self.variesByOrigin = variesByOrigin
  }

  /// Adds the fields to an answer that doesn't say otherwise.
  public func add(to response: inout Response) {
    response.fields.addDefaults()
    if variesByOrigin { response.fields.addVary("Origin") }
    if let sharedWith {
      response.fields[.accessControlAllowOrigin] = sharedWith
      response.fields[.accessControlExposeHeaders] =
        "ETag, Link, Location, Retry-After, X-Request-Id"
      response.fields[.crossOriginResourcePolicy] = "cross-origin"
    }
  }
}

extension HTTPFields {
  /// What a browser may do with a page: nothing from elsewhere, no script in the text, no frame.
  public static let page: HTTPFields = {
    var fields = HTTPFields()
    fields[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
      + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    fields[.crossOriginOpenerPolicy] = "same-origin"
    return fields
  }()

  /// What is said where an answer says nothing of it: its media type is what it says it is, no other
  /// site gets it or is told of it, and if it is shown as a page it can do nothing.
  public mutating func addDefaults() {
    if self[.contentSecurityPolicy] == nil {
      self[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    }
    self[.xContentTypeOptions] = "nosniff"
    self[.referrerPolicy] = "no-referrer"
    if self[.crossOriginResourcePolicy] == nil { self[.crossOriginResourcePolicy] = "same-origin" }
  }

  /// Adds a field's name to `Vary`.
  public mutating func addVary(_ name: String) {
    self[.vary] = self[.vary].map { "\($0), \(name)" } ?? name
  }
}
