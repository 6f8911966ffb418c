import HTTPTypes
import HTTPWire
import UseCases
import Web

extension Response {
  /// An answer that was made for one request, in JSON.
  static func json(_ value: some Encodable) throws -> Response {
    json(try JSON.encoded(value))
  }

  static func json(_ body: [UInt8]) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = Representation.json.mediaType
    fields[.cacheControl] = "no-store"
    return Response(status: .ok, fields: fields, body: body)
  }
}
