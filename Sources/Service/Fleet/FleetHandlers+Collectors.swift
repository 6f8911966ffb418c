import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import Telemetry
import Web

// The routes to which collectors send by themselves, each with the answers of its protocol.
extension FleetHandlers {
  /// `POST /api/v1/write`: Prometheus remote write 1.0. A request with invalid samples is 400, which
  /// is not sent again, after its valid ones are stored (prometheus.io/docs/specs/prw/remote_write_spec,
  /// "Invalid Samples").
  func remoteWrite(_ query: QueryParameters, _ token: StoredToken) throws(Problem) -> Reception {
    try Self.checkMessage(request.fields[.contentType])
    return try store(
      query, token,
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
  func prometheusImport(
    _ query: QueryParameters, _ token: StoredToken
  ) throws(Problem) -> Reception {
    try store(
      query, token,
      UploadKind(format: .prometheus) { received in
        guard received.accepted_samples == 0, received.rejected_count > 0 else {
          return try ServiceHandler.json(received)
        }
        throw Problem(
          .badRequest, "No line can be taken.", errors: received.rejected.map { Problem.Fault($0) })
      })
  }

  /// `POST /v1/metrics`: OTLP/HTTP in protobuf or JSON. What can't be taken is told in the answer to
  /// a request that succeeded.
  func otlpMetrics(_ query: QueryParameters, _ token: StoredToken) throws(Problem) -> Reception {
    guard let encoding = OTLPAnswer.Encoding(contentType: request.fields[.contentType]) else {
      throw Problem(
        .unsupportedMediaType, "OTLP comes as application/x-protobuf or application/json.")
    }
    return try store(
      query, token,
      UploadKind(format: encoding.format) { received in
        let reason = received.rejected.first.map { "\($0.detail), for example" } ?? ""
        return Self.otlp(
          .ok, encoding,
          try OTLPAnswer.success(rejected: received.rejected_count, reason: reason, encoding))
      })
  }

  /// A `google.rpc.Status`. Clients send again after 429 and 503 alone.
  func otlpFailure(_ problem: Problem) -> Response {
    guard let encoding = OTLPAnswer.Encoding(contentType: request.fields[.contentType]),
      let body = try? OTLPAnswer.failure(
        httpStatus: problem.status.code, problem.explanation, encoding)
    else { return problem.response(to: request.id) }
    let isFull = problem.status.code == 507
    var response = Self.otlp(isFull ? .serviceUnavailable : problem.status, encoding, body)
    response.fields.append(contentsOf: problem.fields)
    return response
  }

  private static func otlp(
    _ status: HTTPResponse.Status, _ encoding: OTLPAnswer.Encoding, _ body: [UInt8]
  ) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = encoding.contentType
    fields[.cacheControl] = "no-store"
    return Response(status: status, fields: fields, body: body)
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

extension Problem {
  /// The detail, and the rows at fault as far as a line of a log has room for them.
  fileprivate var explanation: String {
    ([detail] + errors.prefix(5).map { "\($0.line): \($0.detail)" }).joined(separator: " ")
  }
}
