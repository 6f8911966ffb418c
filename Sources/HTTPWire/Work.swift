/// Work that a request asked for. It runs on another thread and answers from there, or later.
public struct Work: Sendable {
  /// How the work answers.
  enum Body: Sendable {
    /// On its thread: what it returns is the one answer.
    case answer(@Sendable (Worker, Cancellation) -> Response)
    /// From whichever thread has the responder.
    case deferred(@Sendable (Cancellation, Responder) -> Void)
  }

  private let body: Body
  /// Whether it works on a body that the client sent.
  public let takesBody: Bool
  /// Told when nobody will get the answer any more.
  public let cancellation: Cancellation

  init(takesBody: Bool = false, _ body: Body) {
    self.takesBody = takesBody
    self.body = body
    self.cancellation = Cancellation()
  }

  /// Does the work, on the thread of this worker.
  ///
  /// - Parameter send: Called once with the answer: on this thread, or later on another one. It must be
  ///   quick.
  public func run(
    on worker: Worker = Worker(), answering send: @escaping @Sendable (Response) -> Void
  ) {
    switch body {
    case .answer(let answer): send(answer(worker, cancellation))
    case .deferred(let body): body(cancellation, Responder(send))
    }
  }
}
