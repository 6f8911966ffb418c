import ArticleStore
import HTTPWire
import Web

/// What a handler decides over a request: the answer, or how it is made. Whatever a closure throws
/// becomes an answer in the form of the route.
enum Answer {
  case response(Response)
  /// A document that this thread makes once and keeps for all who ask the same.
  ///
  /// - query: The parameters that decide over it, in a fixed order.
  case cached(
    _ form: Representation, query: [String?] = [], make: (ArticleStore) throws -> Document)
  /// Decided with this thread's connection: what that takes must be short.
  case reading((ArticleStore) throws -> Answer)
  /// A document that may take long: made on the worker pool, with a connection of its own.
  case document(@Sendable (ArticleStore, Cancellation) throws -> Document)
  /// An answer that may take long, made on the worker pool.
  case work(@Sendable (Cancellation) throws -> Response)
  /// The body is collected, at most `limit` bytes, and answered on the worker pool.
  case collect(
    limit: Int, work: @Sendable (CollectedBytes, Cancellation) throws -> Response)
  /// As `collect`, for an answer that comes later.
  case collectDeferred(
    limit: Int, work: @Sendable (CollectedBytes, Cancellation, Responder) throws -> Void)
}
