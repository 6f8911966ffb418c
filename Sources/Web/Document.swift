import Compression
public import HTTPTypes
public import HTTPWire

/// What a successful GET answers with, before it is known who asks: a body with its validators, from
/// which the answer in a coding, or 304, is made (RFC 9110 §8.8, §13).
public struct Document: Sendable {
  /// The answer in one coding.
  public struct Variant {
    /// The entity tag of this coding.
    public var tag: EntityTag
    /// The answer with its body.
    public var full: Response
    /// 304, for a client that has this version.
    public var notModified: Response
  }

  /// The content without a coding.
  public let body: [UInt8]
  private let fields: HTTPFields
  private let modified: HTTPDate

  /// - Parameters:
  ///   - negotiated: the request fields that decide over the content, for `Vary`.
  ///   - modified: when the content changed for the last time.
  public init(
    _ body: [UInt8], mediaType: String, modified: HTTPDate, negotiated: [String] = [],
    fields: HTTPFields = .init()
  ) {
    var fields = fields
    fields[.contentType] = mediaType
    fields[.cacheControl] = "no-cache"
    fields[.lastModified] = modified.text
    fields[.vary] = (negotiated + ["Accept-Encoding"]).joined(separator: ", ")
    self.body = body
    self.fields = fields
    self.modified = modified
  }

  /// The answer without a coding.
  public var identity: Variant { variant(body, tag: EntityTag(of: body), fields: fields) }

  /// The answer with gzip; nil where that makes nothing smaller.
  public var compressed: Variant? {
    Gzip.compressed(body).map { compressed in
      var fields = fields
      fields[.contentEncoding] = "gzip"
      return variant(compressed, tag: EntityTag(of: body, variant: "-gzip"), fields: fields)
    }
  }

  /// The answer to a request with these fields: all of it, or 304.
  public func response(for request: HTTPFields) -> Response {
    let acceptsGzip = ContentNegotiation.acceptsGzip(request[.acceptEncoding])
    let variant = (acceptsGzip ? compressed : nil) ?? identity
    return isKnown(variant.tag, to: request) ? variant.notModified : variant.full
  }

  /// Whether the client has this version already. `If-Modified-Since` counts only where there is
  /// no `If-None-Match`, and is ignored where it is no date (RFC 9110 §13.1.3).
  public func isKnown(_ tag: EntityTag, to request: HTTPFields) -> Bool {
    if let tags = request[.ifNoneMatch] { return tag.matches(tags) }
    guard let since = request[.ifModifiedSince].flatMap({ HTTPDate($0) }) else { return false }
    return modified.unixSeconds <= since.unixSeconds
  }

  private func variant(_ body: [UInt8], tag: EntityTag, fields: HTTPFields) -> Variant {
    var fields = fields
    fields[.eTag] = tag.text
    let full = Response(status: .ok, fields: fields, body: body)
    fields[.contentType] = nil
    fields[.contentEncoding] = nil
    return Variant(
      tag: tag, full: full, notModified: Response(status: .notModified, fields: fields))
  }
}
