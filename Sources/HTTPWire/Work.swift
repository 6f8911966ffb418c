/// Work that a request asked for. It runs on another thread and answers from there, or later.
public struct Work: Sendable {
  private let body: @Sendable (Worker, Cancellation, Responder) -> Void
  /// Whether it works on a body that the client sent.
  public let takesBody: Bool
  /// Told when nobody will get the answer any more.
  public let cancellation: Cancellation

  init(
    takesBody: Bool, _ body: @escaping @Sendable (Worker, Cancellation, Responder) -> Void
  ) {
    self.takesBody = takesBody
    self.body = body
    self.cancellation = Cancellation()
  }

  /// Does the work, on the thread of this worker. The answer may come after this returns.
  public func run(on worker: Worker = Worker(), answering responder: Responder) {
    body(worker, cancellation, responder)
  }
}
