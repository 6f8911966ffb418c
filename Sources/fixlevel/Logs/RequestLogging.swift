import Foundation
import HTTPWire
import Logging
import Service
import Web

/// The lines of the log that are about one request.
extension Logger {
  /// A request that failed without a fault of its client.
  func failed(_ error: any Error, _ context: RequestContext) {
    var fields: Metadata = ["request_id": "\(context.id)", "error": "\(error)"]
    if let path = context.path { fields["path"] = "\(Service.secrets.hiding(in: path))" }
    for (key, value) in LogLine.fields(of: context.trace) { fields[key] = "\(value)" }
    self.error("request failed", metadata: fields)
  }
}

extension LogLine {
  /// A request with its answer.
  init(_ record: AccessRecord, at time: Date) {
    let (seconds, attoseconds) = record.duration.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    self.init(
      time: time, level: .info, message: "request",
      fields: [
        ("bytes", "\(record.bodyBytes)"), ("client", "\(record.client)"),
        ("duration_us", "\(microseconds)"), ("method", record.method), ("path", record.path),
        ("request_id", "\(record.id)"), ("route", record.route), ("status", "\(record.status)"),
      ] + Self.fields(of: record.trace))
  }

  /// A request that the server refused before a route saw all of it.
  init(_ request: RefusedRequest, at time: Date) {
    self.init(
      time: time, level: .info, message: "request refused",
      fields: [
        ("client", "\(request.client)"), ("reason", request.reason),
        ("request_id", "\(request.id)"), ("status", "\(request.status)"),
      ])
  }

  /// The names that OpenTelemetry's log model gives them.
  fileprivate static func fields(of trace: TraceContext?) -> [(key: String, value: String)] {
    guard let trace else { return [] }
    return [("span_id", trace.parentID), ("trace_id", trace.traceID)]
  }
}

extension LogQueue: RefusalLog {
  func refused(_ request: RefusedRequest) { append(.refusal(request, .now)) }
}
