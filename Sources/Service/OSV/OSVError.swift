import HTTPTypes
import HTTPWire
import UseCases
import Web

/// An error as OSV.dev tells it: `{"code","message"}` with a status code of gRPC.
struct OSVError: Encodable {
  var code: Int
  var message: String

  private let problem: Problem

  private enum CodingKeys: String, CodingKey {
    case code, message
  }

  init(_ problem: Problem) {
    self.problem = problem
    message = problem.detail
    code = Self.code(problem.status)
  }

  func response(to id: RequestID) -> Response {
    var fields = problem.fields
    fields[.contentType] = Representation.json.mediaType
    fields[.cacheControl] = "no-store"
    guard let body = try? JSON.encoded(self) else { return problem.response(to: id) }
    return Response(status: problem.status, fields: fields, body: body)
  }

  /// The codes of google.rpc.Code.
  private static func code(_ status: HTTPResponse.Status) -> Int {
    switch status {
    case .notFound: 5  // NOT_FOUND
    case .contentTooLarge: 8  // RESOURCE_EXHAUSTED
    case .methodNotAllowed: 12  // UNIMPLEMENTED
    case .serviceUnavailable: 14  // UNAVAILABLE
    case _ where status.kind == .clientError: 3  // INVALID_ARGUMENT
    default: 13  // INTERNAL
    }
  }
}
