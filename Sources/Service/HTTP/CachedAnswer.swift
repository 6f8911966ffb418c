import HTTPTypes
import HTTPWire

/// A successful answer to GET, encoded once with and without gzip, with its validators.
final class CachedAnswer {
  private let identity: Variant
  private let gzip: Variant?

  private struct Variant {
    var tag: EntityTag
    var full: PreparedResponse
    var notModified: PreparedResponse
  }

  /// - Parameters:
  ///   - negotiated: the request fields that decide over the content, for `Vary`.
  init(_ body: [UInt8], mediaType: String, negotiated: [String] = [], fields: HTTPFields = .init())
  {
    let compressed = Gzip.compressed(body)
    var fields = fields
    fields[.contentType] = mediaType
    fields[.cacheControl] = "no-cache"
    fields[.vary] = (negotiated + ["Accept-Encoding"]).joined(separator: ", ")
    identity = Self.variant(body, tag: EntityTag(of: body), fields: fields)
    gzip = compressed.map { compressed in
      fields[.contentEncoding] = "gzip"
      return Self.variant(compressed, tag: EntityTag(of: body, variant: "-gzip"), fields: fields)
    }
  }

  /// Bytes in memory, for the limit of the cache.
  var bytes: Int { identity.full.encodedBytes + (gzip?.full.encodedBytes ?? 0) }

  /// The answer to a request with these fields: all of it, or 304.
  func reception(for fields: HTTPFields) -> Reception {
    var variant = identity
    if let gzip, ContentNegotiation.acceptsGzip(fields[.acceptEncoding]) { variant = gzip }
    return .prepared(
      variant.tag.matches(fields[.ifNoneMatch]) ? variant.notModified : variant.full)
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

/// Answers of one thread, bounded in bytes.
struct AnswerCache {
  /// What is asked for, and in which form.
  struct Key: Hashable {
    var route: Route
    var representation: Representation
    /// The parameters that count, in a fixed order.
    var query: [String?] = []

    /// Bytes that a client chose, for the limit of the cache.
    var bytes: Int { query.reduce(route.path.utf8.count) { $0 + ($1?.utf8.count ?? 0) } }
  }

  private let bytesMax: Int
  private var answers: [Key: CachedAnswer] = [:]
  private(set) var bytes = 0

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// The answer of this key, made by `make` if it isn't there yet.
  mutating func answer(
    _ key: Key, orMake make: () throws -> CachedAnswer
  ) rethrows -> CachedAnswer {
    if let answer = answers[key] { return answer }
    let answer = try make()
    let cost = answer.bytes + key.bytes
    if bytes + cost > bytesMax {
      // Starting over is simple, and rare: the answers that people ask for fit.
      answers.removeAll(keepingCapacity: true)
      bytes = 0
    }
    if cost <= bytesMax {
      answers[key] = answer
      bytes += cost
    }
    return answer
  }
}
