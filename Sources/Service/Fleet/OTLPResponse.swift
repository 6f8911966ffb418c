import HTTPTypes
import HTTPWire
import Telemetry
import Web

// OTLP/HTTP tells of success and failure in messages of its own.
extension Response {
  /// A `google.rpc.Status`. Clients send again after 429 and 503 alone.
  static func otlp(_ problem: Problem, _ context: RequestContext) -> Response {
    guard let encoding = OTLPAnswer.Encoding(contentType: context.contentType),
      let body = try? OTLPAnswer.failure(
        httpStatus: problem.status.code, problem.explanation, encoding)
    else { return problem.response(to: context.id) }
    let isFull = problem.status.code == 507
    var response = otlp(isFull ? .serviceUnavailable : problem.status, encoding, body)
    response.fields.append(contentsOf: problem.fields)
    return response
  }

  /// An answer in the encoding that the client speaks.
  static func otlp(
    _ status: HTTPResponse.Status, _ encoding: OTLPAnswer.Encoding, _ body: [UInt8]
  ) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = encoding.contentType
    fields[.cacheControl] = "no-store"
    return Response(status: status, fields: fields, body: body)
  }
}

extension Problem {
  /// The detail, and the rows at fault as far as a line of a log has room for them.
  fileprivate var explanation: String {
    ([detail] + errors.prefix(5).map { "\($0.line): \($0.detail)" }).joined(separator: " ")
  }
}
