import HTTPTypes
public import HTTPWire

/// What an error, or a line of a log, has to know of the request that it is about.
public struct RequestContext: Sendable {
  /// The path where the request went, as a link to it has it; nil where there is nothing.
  public let path: String?
  /// Its name, which its answer carries too.
  public let id: RequestID
  /// The trace that it belongs to, if its client said one.
  public var trace: TraceContext? { traceparent.flatMap { TraceContext($0) } }
  /// The media types that its client takes.
  public let accept: String?
  /// The media type of its body.
  public let contentType: String?
  private let traceparent: String?

  /// - Parameter path: Where the request goes, if that is a place of the service.
  public init(_ request: Request, path: String?) {
    self.path = path
    id = request.id
    accept = request.fields[.accept]
    contentType = request.fields[.contentType]
    traceparent = request.fields[.traceparent]
  }
}
