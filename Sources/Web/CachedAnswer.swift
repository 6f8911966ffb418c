import Compression
public import HTTPTypes
public import HTTPWire

/// A document encoded once for all who ask for it, with and without gzip.
public final class CachedAnswer {
  /// The answer in one coding.
  public struct Variant {
    /// The entity tag of this coding.
    public var tag: EntityTag
    /// The answer with its body.
    public var full: PreparedResponse
    /// 304, for a client that has this version.
    public var notModified: PreparedResponse

    fileprivate init(_ variant: Document.Variant, _ headers: AnswerHeaders) {
      tag = variant.tag
      full = Self.prepared(variant.full, headers)
      notModified = Self.prepared(variant.notModified, headers)
    }

    private static func prepared(
      _ response: Response, _ headers: AnswerHeaders
    ) -> PreparedResponse {
      var response = response
      headers.add(to: &response)
      return PreparedResponse(response)
    }
  }

  /// What the answer is made from.
  public let document: Document
  private let headers: AnswerHeaders
  private let identity: Variant
  /// Made when the first client takes it; nil inside where gzip makes nothing smaller.
  private var gzip: Variant??

  /// Encodes the document without a coding; gzip waits for the first client that takes it.
  public init(_ document: Document, _ headers: AnswerHeaders) {
    self.document = document
    self.headers = headers
    identity = Variant(document.identity, headers)
  }

  /// Bytes in memory at most, for the limit of the cache: the body, and it encoded twice.
  public var bytes: Int { document.body.count + 2 * identity.full.encodedBytes }

  /// The answer in the coding that a client with these fields gets.
  public func variant(for fields: HTTPFields) -> Variant {
    guard ContentNegotiation.acceptsGzip(fields[.acceptEncoding]) else { return identity }
    if gzip == nil { gzip = .some(document.compressed.map { Variant($0, headers) }) }
    return (gzip ?? nil) ?? identity
  }

  /// The answer to a request with these fields: all of it, or 304.
  public func response(for fields: HTTPFields) -> PreparedResponse {
    let variant = variant(for: fields)
    return document.isKnown(variant.tag, to: fields) ? variant.notModified : variant.full
  }
}
