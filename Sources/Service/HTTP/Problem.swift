import Diagnosis
import HTTPTypes
import HTTPWire
import Handles

/// An error as the client sees it: a problem document (RFC 9457).
struct Problem: Error {
  var status: HTTPResponse.Status
  /// What is wrong with this request, and what would be right.
  var detail: String
  /// The rows at fault, where rows are.
  var errors: [RejectedRow] = []
  var fields = HTTPFields()

  init(
    _ status: HTTPResponse.Status, _ detail: String, errors: [RejectedRow] = [],
    fields: HTTPFields = HTTPFields()
  ) {
    self.status = status
    self.detail = detail
    self.errors = errors
    self.fields = fields
  }

  init(_ refusal: Refusal) {
    self.init(refusal.status, refusal.detail)
  }

  /// What work answers that was told to stop; the client is gone, so nobody reads it.
  static let cancelled = Problem(.serviceUnavailable, "The work was stopped before it was done.")

  /// The answer as `application/problem+json`, with the name of the request that it is about.
  func response(to id: RequestID) -> Response {
    struct Document: Encodable {
      var type = "about:blank"
      var title: String
      var status: Int
      var detail: String
      var errors: [RejectedRow]?
      var request_id: String?
    }
    var fields = fields
    fields[.contentType] = "application/problem+json"
    fields[.cacheControl] = "no-store"
    let document = Document(
      title: status.reasonPhrase, status: status.code, detail: detail,
      errors: errors.isEmpty ? nil : errors, request_id: id == .none ? nil : "\(id)")
    guard let body = try? JSON.encoded(document) else {
      return Refusal(status, detail).response(to: id)
    }
    return Response(status: status, fields: fields, body: body)
  }
}
