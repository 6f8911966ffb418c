import HTTPTypes
public import HTTPWire
import Meters

/// Answers of one thread, bounded in bytes, with shortcuts that lead from a request's raw bytes to
/// its answer without decoding it.
public struct AnswerCache {
  /// What is asked for, and in which form.
  public struct Key: Hashable {
    /// The place, as a link to it has it.
    public var path: String
    /// The form of the answer.
    public var representation: Representation
    /// The parameters that count, in a fixed order.
    public var query: [String?]
    /// The other site that may read the answer: one of those that the settings name.
    public var origin: String?

    /// The key of a place in one form, for the site itself.
    public init(path: String, _ representation: Representation, query: [String?] = []) {
      self.path = path
      self.representation = representation
      self.query = query
    }

    /// Bytes that a client chose, for the limit of the cache.
    var bytes: Int { query.reduce(path.utf8.count) { $0 + ($1?.utf8.count ?? 0) } }
  }

  private let bytesMax: Int
  private let meter: HandlerMeter
  /// Bytes of the answers that are kept, with those of their keys.
  public private(set) var bytes = 0
  private var answers: [Key: CachedAnswer] = [:]
  /// A slot of its own for each hash of a request; a later request takes the slot of an earlier.
  private var shortcuts = [Shortcut?](repeating: nil, count: shortcutsMax)

  static let shortcutsMax = 1_024

  /// An empty cache of at most so many bytes.
  public init(bytesMax: Int, meter: HandlerMeter) {
    self.bytesMax = bytesMax
    self.meter = meter
    meter.cacheBytes.set(0)
  }

  /// The answer of this key, made by `make` if it isn't there yet.
  public mutating func answer(
    _ key: Key, orMake make: () throws -> CachedAnswer
  ) rethrows -> CachedAnswer {
    if let answer = answers[key] {
      meter.cacheHits.add()
      return answer
    }
    let answer = try make()
    meter.cacheMisses.add()
    let cost = answer.bytes + key.bytes
    if bytes + cost > bytesMax {
      // Starting over is simple, and rare: the answers that people ask for fit.
      answers.removeAll(keepingCapacity: true)
      shortcuts = [Shortcut?](repeating: nil, count: Self.shortcutsMax)
      bytes = 0
    }
    if cost <= bytesMax {
      answers[key] = answer
      bytes += cost
    }
    meter.cacheBytes.set(bytes)
    return answer
  }

  /// The answer to a request like one that was answered before; nothing is allocated.
  public func shortcut(
    for head: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> (answer: PreparedResponse, route: RouteMeter)? {
    guard let request = RawRequest(head, in: bytes),
      let shortcut = shortcuts[request.slot(in: bytes)],
      let answer = shortcut.response(for: request, in: bytes)
    else { return nil }
    return (answer, shortcut.route)
  }

  /// Lets requests with the same raw bytes find this answer.
  public mutating func remember(
    _ answer: CachedAnswer.Variant, _ route: RouteMeter, for head: borrowing RequestHead,
    in bytes: Span<UInt8>
  ) {
    guard let request = RawRequest(head, in: bytes) else { return }
    shortcuts[request.slot(in: bytes)] = Shortcut(request, in: bytes, answer, route)
  }
}

/// The bytes of a GET that decide over its answer, where they are in the connection's buffer.
struct RawRequest {
  /// Requests with more than that are decoded each time.
  static let bytesMax = 1_024

  let path: Range<Int32>
  let query: Range<Int32>?
  let accept: Range<Int32>?
  let acceptEncoding: Range<Int32>?
  let ifNoneMatch: Range<Int32>?

  /// Nil for a request that has to be decoded to be answered.
  init?(_ head: borrowing RequestHead, in bytes: borrowing Span<UInt8>) {
    func single(_ occurrence: FieldOccurrence) -> Range<Int32>?? {
      switch occurrence {
      case .absent: .some(nil)
      case .once(let range): .some(range)
      case .repeated: nil
      }
    }
    guard head.method == .get || head.method == .head, head.framing == .none,
      head.occurrence(of: "if-modified-since", in: bytes) == .absent,
      let accept = single(head.occurrence(of: "accept", in: bytes)),
      let acceptEncoding = single(head.occurrence(of: "accept-encoding", in: bytes)),
      let ifNoneMatch = single(head.occurrence(of: "if-none-match", in: bytes))
    else { return nil }
    path = head.path
    query = head.query
    self.accept = accept
    self.acceptEncoding = acceptEncoding
    self.ifNoneMatch = ifNoneMatch
    let length = [path, query, accept, acceptEncoding].reduce(0) { $0 + ($1?.count ?? 0) }
    guard length <= Self.bytesMax else { return nil }
  }

  /// The slot of the cache, by a hash that nobody outside can predict.
  func slot(in bytes: Span<UInt8>) -> Int {
    var hasher = Hasher()
    Self.combine(path, of: bytes, into: &hasher)
    Self.combine(query, of: bytes, into: &hasher)
    Self.combine(accept, of: bytes, into: &hasher)
    Self.combine(acceptEncoding, of: bytes, into: &hasher)
    return Int(UInt(bitPattern: hasher.finalize()) % UInt(AnswerCache.shortcutsMax))
  }

  private static func combine(
    _ range: Range<Int32>?, of bytes: Span<UInt8>, into hasher: inout Hasher
  ) {
    guard let range else { return hasher.combine(-1) }
    hasher.combine(range.count)
    let part = bytes.extracting(Int(range.lowerBound)..<Int(range.upperBound))
    part.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

/// The answer to requests with certain raw bytes.
final class Shortcut {
  private let path: [UInt8]
  private let query: [UInt8]?
  private let accept: [UInt8]?
  private let acceptEncoding: [UInt8]?
  private let tag: [UInt8]
  private let full: PreparedResponse
  private let notModified: PreparedResponse
  /// What counts these requests.
  let route: RouteMeter

  init(
    _ request: RawRequest, in bytes: Span<UInt8>, _ answer: CachedAnswer.Variant,
    _ route: RouteMeter
  ) {
    self.route = route
    path = bytes.octets(request.path)
    query = request.query.map { bytes.octets($0) }
    accept = request.accept.map { bytes.octets($0) }
    acceptEncoding = request.acceptEncoding.map { bytes.octets($0) }
    tag = Array(answer.tag.text.utf8)
    full = answer.full
    notModified = answer.notModified
  }

  /// The answer; nil if these are other bytes, or a condition that takes more than a comparison.
  func response(for request: RawRequest, in bytes: Span<UInt8>) -> PreparedResponse? {
    guard bytes.matches(request.path, path), Self.matches(request.query, query, bytes),
      Self.matches(request.accept, accept, bytes),
      Self.matches(request.acceptEncoding, acceptEncoding, bytes)
    else { return nil }
    guard let condition = request.ifNoneMatch else { return full }
    return bytes.matches(condition, tag) ? notModified : nil
  }

  private static func matches(
    _ range: Range<Int32>?, _ expected: [UInt8]?, _ bytes: Span<UInt8>
  ) -> Bool {
    switch (range, expected) {
    case (nil, nil): true
    case (let range?, let expected?): bytes.matches(range, expected)
    default: false
    }
  }
}
