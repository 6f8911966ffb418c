import HTTPTypes
public import Meters

/// What the connections of a reactor count, and who is told of what they refuse.
public final class WireMeter: Sendable {
  /// Bytes that came from clients.
  public let receivedBytes = Counter()
  /// Bytes that the kernel took for clients.
  public let sentBytes = Counter()
  /// Requests, and whole connections, that were refused before an application saw all of them.
  public let refusals = StatusCounter()
  private let log: (any RefusalLog)?

  /// Nothing counted yet; refusals are told to `log`.
  public init(log: (any RefusalLog)? = nil) { self.log = log }

  func refused(_ refusal: Refusal, to head: RequestHead) {
    refusals.add(refusal.status.code)
    log?.refused(
      RefusedRequest(
        client: head.client, id: head.id, status: refusal.status.code, reason: refusal.detail))
  }
}
