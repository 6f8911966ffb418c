import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import UseCases
import Web

/// A request to a place of the fleet whose token allows it.
///
/// The token is looked at before the body; another tenant's hosts are answered as if they weren't
/// there. Everything that reads or writes the store runs on the worker pool.
struct FleetCall: Sendable {
  let call: Call
  let fleet: FleetService
  let token: StoredToken

  var service: Service { call.service }
  var request: Request { call.request }
  var query: QueryParameters { call.query }

  /// `GET /api/v1/hosts/{host}`.
  func host() -> Answer {
    .work { _ in respond(JSON.encoded(HostItem(try namedHost()))) }
  }

  /// The host that the path names, of the token's tenant.
  func namedHost() throws -> FleetHost {
    guard let host = try fleet.store.host(call["host"], of: token.tenant) else {
      throw Problem(.notFound, "There is no host of this name.")
    }
    return host
  }

  /// A private answer with its validator, or 304.
  func respond(
    _ body: [UInt8], mediaType: String = Representation.json.mediaType,
    _ fields: HTTPFields = HTTPFields()
  ) -> Response {
    let tag = EntityTag(of: body)
    var fields = fields
    fields[.eTag] = tag.text
    fields[.cacheControl] = "private, no-cache"
    fields[.vary] = "Authorization, Accept"
    if tag.matches(request.fields[.ifNoneMatch]) {
      return Response(status: .notModified, fields: fields)
    }
    fields[.contentType] = mediaType
    return Response(status: .ok, fields: fields, body: body)
  }
}

extension Call {
  /// The call with its token, if that allows this and hasn't asked too often.
  func admitted(_ scope: TokenScope) throws(Problem) -> FleetCall {
    let fleet = try fleet()
    guard let field = request.fields[.authorization] else {
      throw Self.unauthorized("This needs a token: Authorization: Bearer fxl_…", nil)
    }
    guard let text = TokenText.credentials(field),
      let token = fleet.desk.token(text, at: fleet.clock.now())
    else { throw refusal(by: fleet) }
    guard token.scope == scope || token.scope == .admin else {
      throw Problem(.forbidden, "This needs a token with the scope \(scope.rawValue) or admin.")
    }
    if let seconds = fleet.requests.take(1, for: token.id, at: fleet.clock.ticks()) {
      throw .tooMany("This token asked too often.", retryAfter: seconds)
    }
    return FleetCall(call: self, fleet: fleet, token: token)
  }

  /// A token that isn't valid. A client that goes on with one is told to wait; a valid token of the
  /// same address is taken all the same, because others may be behind it.
  private func refusal(by fleet: FleetService) -> Problem {
    do throws(Problem) {
      try fleet.countRefusal(of: request)
    } catch {
      return error
    }
    return Self.unauthorized("The token is not valid.", "invalid_token")
  }

  /// RFC 6750 §3. Basic is taken too, but not offered: a browser would ask for a name.
  private static func unauthorized(_ detail: String, _ error: String?) -> Problem {
    var fields = HTTPFields()
    fields[.wwwAuthenticate] =
      "Bearer realm=\"fixlevel\"" + (error.map { ", error=\"\($0)\"" } ?? "")
    return Problem(.unauthorized, detail, fields: fields)
  }
}
