import HTTPTypes
public import HTTPWire

/// What an error, or a line of a log, has to know of the request that it is about.
public struct RequestContext: Sendable {
  /// Where the request went.
  public let route: Route?
  /// Its name, which its answer carries too.
  public let id: RequestID
  /// The trace that it belongs to, if its client said one.
  public var trace: TraceContext? { traceparent.flatMap { TraceContext($0) } }
  /// The media types that its client takes.
  let accept: String?
  private let traceparent: String?

  init(_ request: Request, _ route: Route?) {
    self.route = route
    id = request.id
    accept = request.fields[.accept]
    traceparent = TraceContext.field.flatMap { request.fields[$0] }
  }
}
