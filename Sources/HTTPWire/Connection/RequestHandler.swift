/// What a reactor asks of the application. One instance per reactor thread; it never leaves that
/// thread, so it needs no lock and must not block.
public protocol RequestHandler: SendableMetatype {
  /// Called once per request, when its head is complete. `bytes` are those that the head's ranges
  /// point into; they are valid during the call only.
  mutating func receive(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> Reception
}

/// What the application makes of a request's head.
public enum Reception: Sendable {
  /// The answer is known. A body that still comes is dropped if it is small; else the connection
  /// closes after the answer.
  case respond(Response)
  /// An answer shared by many requests; nothing is allocated for it.
  case prepared(PreparedResponse)
  /// The answer takes time and needs no body: the closure runs on the worker pool.
  case work(@Sendable (Cancellation) -> Response)
  /// As `work`, for work that uses what its worker keeps (`WorkerLocal`).
  case workOn(@Sendable (Worker, Cancellation) -> Response)
  /// The body is collected, at most `limit` bytes of it (413 beyond), then the closure runs on the
  /// worker pool.
  case collect(limit: Int, work: @Sendable (CollectedBytes, Cancellation) -> Response)
  /// As `collect`, for an answer that waits for something else: the closure passes the responder on
  /// and gives its worker back. The memory of the body counts until the closure returns.
  case collectDeferred(
    limit: Int, work: @Sendable (CollectedBytes, Cancellation, Responder) -> Void)
}
