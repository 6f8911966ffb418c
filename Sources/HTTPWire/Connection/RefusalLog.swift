/// Is told of each request that was refused before an application saw all of it: malformed, too slow, too
/// large, or without room. An application can't log these, because it never answers them.
///
/// Called on a reactor's thread: it must not block.
public protocol RefusalLog: Sendable {
  /// A request, or a whole connection, was refused.
  func refused(_ request: RefusedRequest)
}

/// What is known of a request that was refused. None of it is a client's text: a name that a client gave
/// holds letters, digits, `-`, `.` and `_` only, and the reason is a sentence of ours.
public struct RefusedRequest: Sendable {
  /// Where it came from.
  public var client: ClientAddress
  /// The name that the answer has too.
  public var id: RequestID
  /// The status of the answer.
  public var status: Int
  /// What was wrong.
  public var reason: String
}
