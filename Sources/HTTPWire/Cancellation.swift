import Synchronization

/// Tells work that nobody will get its answer: the connection broke (it was reset, or the client
/// does not read), or the time to drain is over. A client that shut down its sending side may still
/// read, and one that closed in silence looks the same: both are worked for to the end. Work that
/// takes long asks it now and then.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Not cancelled yet.
  public init() {}

  /// Whether the work may stop; what it returns then is not sent.
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Says that nobody waits any more. Can be called from any thread, any number of times.
  public func cancel() { flag.store(true, ordering: .relaxed) }
}
