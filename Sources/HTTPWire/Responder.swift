import Synchronization

/// The duty to answer one request that is answered later: whoever holds it answers, from any thread.
///
/// It waits in closures that escape, such as what a store calls after its commit. These can't consume
/// what they hold, so the type can't forbid a second answer. The first one counts, later ones are
/// dropped. A responder that goes without an answer gives 500 itself, so that no client waits for ever.
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
