import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import Telemetry
import Web

// The routes to which collectors send by themselves, each with the answers of its protocol.
extension FleetCall {
  /// `POST /api/v1/write`: Prometheus remote write 1.0. A request with invalid samples is 400, which
  /// is not sent again, after its valid ones are stored (prometheus.io/docs/specs/prw/remote_write_spec,
  /// "Invalid Samples").
  func remoteWrite() throws(Problem) -> Answer {
    try Self.checkMessage(request.fields[.contentType])
    return try store(
      UploadKind(format: .remoteWrite, codings: [.snappy, .identity]) { [request] received in
        guard received.rejected_count > 0 else { return Response(status: .noContent) }
        return Problem(
          .badRequest,
          "\(received.rejected_count) samples can't be taken; the others are stored.",
          errors: received.rejected.map { Problem.Fault($0) }
        ).response(to: request.id)
      })
  }

  /// `POST /api/v1/import/prometheus`: what exporters show on `/metrics`.
  func prometheusImport() throws(Problem) -> Answer {
    try store(
      UploadKind(format: .prometheus) { received in
        guard received.accepted_samples == 0, received.rejected_count > 0 else {
          return try Response.json(received)
        }
        throw Problem(
          .badRequest, "No line can be taken.", errors: received.rejected.map { Problem.Fault($0) })
      })
  }

  /// `POST /v1/metrics`: OTLP/HTTP in protobuf or JSON. What can't be taken is told in the answer to
  /// a request that succeeded.
  func otlpMetrics() throws(Problem) -> Answer {
    guard let encoding = OTLPAnswer.Encoding(contentType: request.fields[.contentType]) else {
      throw Problem(
        .unsupportedMediaType, "OTLP comes as application/x-protobuf or application/json.")
    }
    return try store(
      UploadKind(format: encoding.format) { received in
        let reason = received.rejected.first.map { "\($0.detail), for example" } ?? ""
        return Response.otlp(
          .ok, encoding,
          try OTLPAnswer.success(rejected: received.rejected_count, reason: reason, encoding))
      })
  }

  /// Remote write 2.0 is another message under the same type, and asks for 415 where it isn't known.
  private static func checkMessage(_ contentType: String?) throws(Problem) {
    do throws(TelemetryError) {
      if let contentType { _ = try TelemetryDecoder(contentType: contentType) }
    } catch {
      throw Problem(error)
    }
  }
}
