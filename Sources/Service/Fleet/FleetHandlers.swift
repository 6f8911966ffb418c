import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import UseCases
import Web

/// Answers one request to a place of the fleet.
///
/// The token is looked at before the body; another tenant's hosts are answered as if they weren't
/// there. Everything that reads or writes the store runs on the worker pool.
struct FleetHandlers: Sendable {
  let fleet: FleetService
  let service: Service
  let route: FleetRoute
  let request: Request

  private var context: RequestContext { RequestContext(request, path: route.path) }

  func reception() -> Reception {
    do throws(Problem) {
      return try admitted()
    } catch {
      return .respond(failure(error))
    }
  }

  private func admitted() throws(Problem) -> Reception {
    let query = QueryParameters(request.query)
    switch route {
    case .telemetry: return try telemetry(query, try admit(.upload))
    case .remoteWrite: return try remoteWrite(query, try admit(.upload))
    case .prometheusImport: return try prometheusImport(query, try admit(.upload))
    case .otlpMetrics: return try otlpMetrics(query, try admit(.upload))
    case .host(let name) where request.method == .put:
      return try declare(name, try admit(.admin))
    case .hosts:
      let token = try admit(.read)
      let selection = try Self.hostSelection(query)
      return work { _ in try hosts(token, selection) }
    case .host(let name):
      let token = try admit(.read)
      return work { _ in
        try respond(JSON.encoded(HostItem(try host(name, token))), to: request.fields)
      }
    case .diagnosis(let name):
      let token = try admit(.read)
      return work { cancellation in
        try respond(try diagnosis(of: try host(name, token), cancellation), to: request.fields)
      }
    case .series(let name, let form):
      let token = try admit(.read)
      let selection = try SeriesRequest(query, form: form)
      return work { _ in try series(try host(name, token), selection, request.fields) }
    case .summary:
      let token = try admit(.read)
      return work { _ in try summary(token) }
    }
  }

  /// The host of a token's tenant.
  func host(_ name: String, _ token: StoredToken) throws -> FleetHost {
    guard let host = try fleet.store.host(name, of: token.tenant) else {
      throw Problem(.notFound, "There is no host of this name.")
    }
    return host
  }

  /// The token of the request, if its scope allows this and it hasn't asked too often.
  func admit(_ scope: TokenScope) throws(Problem) -> StoredToken {
    guard let field = request.fields[.authorization] else {
      throw Self.unauthorized("This needs a token: Authorization: Bearer fxl_…", nil)
    }
    guard let text = TokenText.credentials(field),
      let token = fleet.desk.token(text, at: fleet.clock.now())
    else { throw refusal() }
    guard token.scope == scope || token.scope == .admin else {
      throw Problem(.forbidden, "This needs a token with the scope \(scope.rawValue) or admin.")
    }
    if let seconds = fleet.requests.take(1, for: token.id, at: fleet.clock.ticks()) {
      throw .tooMany("This token asked too often.", retryAfter: seconds)
    }
    return token
  }

  /// A token that isn't valid. A client that goes on with one is told to wait; a valid token of the
  /// same address is taken all the same, because others may be behind it.
  private func refusal() -> Problem {
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

  func work(_ body: @escaping @Sendable (Cancellation) throws -> Response) -> Reception {
    .work { cancellation in answer { try body(cancellation) } }
  }

  func collect(
    limit: Int, _ body: @escaping @Sendable (CollectedBytes, Cancellation) throws -> Response
  ) -> Reception {
    .collect(limit: limit) { bytes, cancellation in answer { try body(bytes, cancellation) } }
  }

  /// As `collect`, for an answer that comes later.
  func collectDeferred(
    limit: Int,
    _ body: @escaping @Sendable (CollectedBytes, Cancellation, Responder) throws -> Void
  ) -> Reception {
    .collectDeferred(limit: limit) { bytes, cancellation, responder in
      do {
        try body(bytes, cancellation, responder)
      } catch {
        responder.respond(answer { throw error })
      }
    }
  }

  func answer(_ body: () throws -> Response) -> Response {
    do {
      return try body()
    } catch {
      return failure(error)
    }
  }

  /// The answer to what was thrown, in the form that the route's clients read.
  private func failure(_ error: any Error) -> Response {
    let problem =
      (error as? FleetError).map { Problem($0) }
      ?? service.problem(for: error, context)
    if route == .otlpMetrics { return otlpFailure(problem) }
    return service.answer(to: problem, as: .json, context)
  }

  /// A private answer with its validator, or 304.
  func respond(
    _ body: [UInt8], mediaType: String = Representation.json.mediaType,
    _ fields: HTTPFields = HTTPFields(), to request: HTTPFields
  ) throws -> Response {
    let tag = EntityTag(of: body)
    var fields = fields
    fields[.eTag] = tag.text
    fields[.cacheControl] = "private, no-cache"
    fields[.vary] = "Authorization, Accept"
    if tag.matches(request[.ifNoneMatch]) { return Response(status: .notModified, fields: fields) }
    fields[.contentType] = mediaType
    return Response(status: .ok, fields: fields, body: body)
  }
}

extension Problem {
  static func tooMany(_ detail: String, retryAfter seconds: Int) -> Problem {
    var fields = HTTPFields()
    fields[.retryAfter] = "\(seconds)"
    return Problem(.tooManyRequests, detail, fields: fields)
  }

  /// What the store refused, and when to try again.
  init(_ error: FleetError) {
    func later(_ seconds: Int) -> HTTPFields {
      var fields = HTTPFields()
      fields[.retryAfter] = "\(seconds)"
      return fields
    }
    switch error {
    case .busy:
      self.init(
        .serviceUnavailable, "More uploads wait than the server may keep.", fields: later(1))
    case .stopped:
      self.init(
        .serviceUnavailable, "The server is stopping; nothing was stored.", fields: later(5))
    case .full:
      self.init(
        HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"),
        "The disk is full, or can't be written; nothing of this was stored.", fields: later(30))
    case .keyReused:
      self.init(
        .unprocessableContent, "Another upload was stored under this Idempotency-Key.")
    case .quota(let what, let max):
      self = .tooMany("There may be \(max) \(what); nothing was stored.", retryAfter: 3_600)
    case .away(let seconds):
      self.init(
        .serviceUnavailable,
        "What keeps the fleet's data can't be reached. An upload may be there in part: send it again.",
        fields: later(seconds))
    case .throttled(let seconds):
      self = .tooMany(
        "What keeps the fleet's data takes no more for now. An upload may be there in part: send it "
          + "again.",
        retryAfter: seconds)
    case .refused(let reason):
      self.init(
        .unprocessableContent, "What keeps the fleet's data doesn't take this: \(reason)")
    }
  }
}
