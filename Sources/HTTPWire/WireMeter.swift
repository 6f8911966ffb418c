public import Meters

/// What the connections of a reactor count.
public final class WireMeter: Sendable {
  /// Bytes that came from clients.
  public let receivedBytes = Counter()
  /// Bytes that the kernel took for clients.
  public let sentBytes = Counter()
  /// Requests, and whole connections, that were refused before an application saw all of them.
  public let refusals = StatusCounter()

  /// Nothing counted yet.
  public init() {}
}
