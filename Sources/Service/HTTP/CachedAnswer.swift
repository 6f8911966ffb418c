import HTTPTypes
import HTTPWire

/// A successful answer to GET, encoded once with and without gzip, with its validators.
final class CachedAnswer {
  /// The answer in one coding.
  struct Variant {
    var tag: EntityTag
    var full: PreparedResponse
    var notModified: PreparedResponse
  }

  private let body: [UInt8]
  private let fields: HTTPFields
  private let modified: HTTPDate
  private let identity: Variant
  /// Made when the first client takes it; nil inside where gzip makes nothing smaller.
  private var gzip: Variant??

  /// - Parameters:
  ///   - negotiated: the request fields that decide over the content, for `Vary`.
  ///   - modified: when the content changed for the last time.
  init(
    _ body: [UInt8], mediaType: String, modified: HTTPDate, negotiated: [String] = [],
    fields: HTTPFields = .init()
  ) {
    var fields = fields
    fields[.contentType] = mediaType
    fields[.cacheControl] = "no-cache"
    fields[.lastModified] = modified.text
    fields[.vary] = (negotiated + ["Accept-Encoding"]).joined(separator: ", ")
    identity = Self.variant(body, tag: EntityTag(of: body), fields: fields)
    self.body = body
    self.fields = fields
    self.modified = modified
  }

  /// Bytes in memory at most, for the limit of the cache: the body, and it encoded twice.
  var bytes: Int { body.count + 2 * identity.full.encodedBytes }

  /// The answer in the coding that a client with these fields gets.
  func variant(for fields: HTTPFields) -> Variant {
    guard ContentNegotiation.acceptsGzip(fields[.acceptEncoding]) else { return identity }
    return compressed() ?? identity
  }

  private func compressed() -> Variant? {
    if let gzip { return gzip }
    let made = Gzip.compressed(body).map { compressed in
      var fields = fields
      fields[.contentEncoding] = "gzip"
      return Self.variant(compressed, tag: EntityTag(of: body, variant: "-gzip"), fields: fields)
    }
    gzip = .some(made)
    return made
  }

  /// The answer to a request with these fields: all of it, or 304.
  func response(for fields: HTTPFields) -> PreparedResponse {
    let variant = variant(for: fields)
    return isKnown(variant, to: fields) ? variant.notModified : variant.full
  }

  /// Whether the client has this version already. `If-Modified-Since` counts only where there is
  /// no `If-None-Match`, and is ignored where it is no date (RFC 9110 §13.1.3).
  private func isKnown(_ variant: Variant, to fields: HTTPFields) -> Bool {
    if let tags = fields[.ifNoneMatch] { return variant.tag.matches(tags) }
    guard let since = fields[.ifModifiedSince].flatMap({ HTTPDate($0) }) else { return false }
    return modified.unixSeconds <= since.unixSeconds
  }

  private static func variant(_ body: [UInt8], tag: EntityTag, fields: HTTPFields) -> Variant {
    var fields = fields
    fields[.eTag] = tag.text
    let full = PreparedResponse(Response(status: .ok, fields: fields, body: body))
    fields[.contentType] = nil
    fields[.contentEncoding] = nil
    return Variant(
      tag: tag, full: full,
      notModified: PreparedResponse(Response(status: .notModified, fields: fields)))
  }
}
