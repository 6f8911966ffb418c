import Synchronization

/// The duty to answer one request: whoever holds it answers, from any thread.
///
/// The first answer counts, later ones are dropped. A responder that goes without an answer gives
/// 500 itself, so that no client waits for ever.
public final class Responder: Sendable {
  private let send: Mutex<(@Sendable (Response) -> Void)?>

  /// - Parameter send: Called once, on the thread that answers: it must be quick.
  public init(_ send: @escaping @Sendable (Response) -> Void) {
    self.send = Mutex(send)
  }

  deinit {
    if let send = send.withLock({ $0.take() }) { send(Refusal.unanswered.response()) }
  }

  /// Answers the request.
  public func respond(_ response: Response) {
    let send = send.withLock { $0.take() }
    send?(response)
  }
}
