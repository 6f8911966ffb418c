import Bytes
public import HTTPWire

/// The names under which this server answers.
///
/// A page of another site can make its own name lead to this server's address (DNS rebinding) and then
/// ask as if it were from here; the `Host` field still has that name. A name is needed for it, so that
/// addresses, and `localhost`, are always answered.
public struct HostPolicy: Sendable {
  private let names: Set<String>

  /// - Parameter names: Without ports.
  public init(names: [String]) { self.names = Set(names.map { $0.lowercased() }) }

  /// Whether a request's `Host` is one of them. HTTP/1.0 may have none, which no browser does.
  public func allows(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Bool {
    guard let range = head.value(of: "host", in: bytes) else { return true }
    return bytes.text(range).map(allows) ?? false
  }

  /// Whether a `Host`, with or without its port, is one of them.
  public func allows(_ host: String) -> Bool {
    if host.hasPrefix("[") { return true }
    let name = host.prefix { $0 != ":" }
    if name.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) {
      return true
    }
    let lowercased = name.lowercased()
    return lowercased == "localhost" || names.contains(lowercased)
  }
}
