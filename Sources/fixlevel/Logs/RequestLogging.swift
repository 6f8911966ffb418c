import Logging
import Service

/// The lines of the log that are about one request.
extension Logger {
  /// A request that failed without a fault of its client.
  func failed(_ error: any Error, _ context: RequestContext) {
    var fields: Metadata = ["request_id": "\(context.id)", "error": "\(error)"]
    if let route = context.route { fields["path"] = "\(AccessRecord.withoutTokens(route.path))" }
    fields.add(context.trace)
    self.error("request failed", metadata: fields)
  }

  /// A request with its answer.
  func accessed(_ record: AccessRecord) {
    let (seconds, attoseconds) = record.duration.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    var fields: Metadata = [
      "client": "\(record.client)", "method": "\(record.method)", "path": "\(record.path)",
      "route": "\(record.route)", "status": "\(record.status)", "bytes": "\(record.bodyBytes)",
      "duration_us": "\(microseconds)", "request_id": "\(record.id)",
    ]
    fields.add(record.trace)
    info("request", metadata: fields)
  }
}

extension Logger.Metadata {
  /// The names that OpenTelemetry's log model gives them.
  fileprivate mutating func add(_ trace: TraceContext?) {
    guard let trace else { return }
    self["trace_id"] = "\(trace.traceID)"
    self["span_id"] = "\(trace.parentID)"
  }
}
