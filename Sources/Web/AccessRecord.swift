import Foundation
import HTTPTypes
public import HTTPWire

/// One request and its answer, for the access log. What a client chose is bounded; whoever writes it
/// down escapes it.
public struct AccessRecord: Sendable {
  /// Bytes of a path that are kept.
  public static let pathBytesMax = 512

  /// What the client is called.
  public var client: ClientAddress
  /// The method, such as `GET`.
  public var method: String
  /// The path as it came, without its query, which may hold names and search words.
  public var path: String
  /// The route's template, such as `/kb/{id}`.
  public var route: String
  /// The status of the answer; 0 until there is one.
  public var status: Int
  /// Bytes of the answer's body; what HEAD leaves out counts.
  public var bodyBytes: Int
  /// From the complete head to the answer.
  public var duration: Duration
  /// The request ID, as the answer has it.
  public var id: RequestID
  /// The trace that the client named in `traceparent`; nil if it named none.
  public var trace: TraceContext?

  /// A request that has no answer yet.
  public init(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, route: String, hiding: SecretPrefix
  ) {
    client = head.client
    method = head.method.httpMethod.rawValue
    let end = min(head.path.upperBound, head.path.lowerBound + Int32(Self.pathBytesMax))
    path = hiding.hiding(
      in: String(decoding: bytes.octets(head.path.lowerBound..<end), as: UTF8.self))
    self.route = route
    status = 0
    bodyBytes = 0
    duration = .zero
    id = head.id
    trace = head.value(of: "traceparent", in: bytes).flatMap { bytes.text($0) }
      .flatMap { TraceContext($0) }
  }
}

/// Hides secrets that begin with a prefix of their own: somebody may put one where it doesn't belong,
/// and it must not end up in a log.
public struct SecretPrefix: Sendable {
  private let prefix: String

  /// - Parameter prefix: What no other word has in it; digits and letters follow.
  public init(_ prefix: String) { self.prefix = prefix }

  /// The text with an ellipsis in the place of each secret.
  public func hiding(in text: String) -> String {
    var parts = text.components(separatedBy: prefix)
    for index in parts.indices.dropFirst() {
      let rest = parts[index].unicodeScalars.drop {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
      }
      parts[index] = "…" + String(String.UnicodeScalarView(rest))
    }
    return parts.joined(separator: prefix)
  }
}
