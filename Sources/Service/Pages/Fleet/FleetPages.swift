import ArticleStore
import Compression
import Diagnosis
import Fleet
import HTTPTypes
import HTTPWire
import Handles
import KnowledgeBase
import UseCases
import Web

/// The pages of the fleet, for people who signed in with a token that may read.
struct FleetPages: Sendable {
  private static let signInBytesMax = 8 * 1024
  /// The names of the sign-in form's fields; `host` is also a parameter of its address.
  private static let tokenField = "token"
  private static let hostField = "host"

  let call: Call
  let fleet: FleetService

  private var service: Service { call.service }
  private var request: Request { call.request }

  /// `GET /sign-in`.
  func signInForm() throws -> Answer {
    let host = try call.query.shortValue(Self.hostField) ?? ""
    return .response(privatePage(.signIn, SignInPage(host: host), request.fields))
  }

  /// `POST /sign-in`.
  func signIn() throws -> Answer {
    try CrossOrigin.refuse(request)
    let contentType = try MultipartForm.contentType(request.fields)
    return .collect(limit: Self.signInBytesMax) { bytes, _ in
      try signedIn(try MultipartForm(bytes.joined, contentType: contentType))
    }
  }

  private func signedIn(_ form: MultipartForm) throws -> Response {
    let host = form.text(Self.hostField) ?? ""
    let text = form.text(Self.tokenField)?.split(separator: " ").first.map(String.init) ?? ""
    guard let token = TokenText(text), BrowserSession.reader(token.text, fleet) != nil else {
      try fleet.countRefusal(of: request)
      let reason =
        TokenText(text) == nil
        ? "This is no token: a letter is missing or wrong."
        : "This token is not valid, or may not read."
      var response = privatePage(
        .signIn, SignInPage(host: host, failure: reason), HTTPFields())
      response.status = .forbidden
      return response
    }
    var response = Self.redirect(to: host.isEmpty ? Route.fleetPage.path() : Route.hostPath(host))
    response.fields[.setCookie] = BrowserSession.cookie(token, for: request)
    return response
  }

  /// `POST /sign-out`.
  func signOut() throws -> Answer {
    try CrossOrigin.refuse(request)
    var response = Self.redirect(to: Route.signIn.path())
    response.fields[.setCookie] = BrowserSession.removal(for: request)
    return .response(response)
  }

  /// `/fleet`, and with `host` the page of a host whose name can't stand in a path.
  func fleetPage() throws -> Answer {
    let query = call.query
    if let host = try query.shortValue(Self.hostField) { return try hostPage(host) }
    guard let token = try reader() else { return Self.signInFirst(host: nil) }
    let selection = try FleetCall.hostSelection(query.withoutEmptyValues)
    return .work { _ in
      let page = FleetPage(
        try fleet.store.summary(of: token.tenant),
        page: try fleet.store.hosts(of: token.tenant, selection), selection: selection,
        tenant: token.tenant, catalogue: service.catalogue, now: fleet.clock.now())
      return privatePage(.fleet, page, request.fields)
    }
  }

  /// `/fleet/{host}`.
  func hostPage(_ name: String) throws -> Answer {
    guard let token = try reader() else { return Self.signInFirst(host: name) }
    return .work { cancellation in
      guard let host = try fleet.store.host(name, of: token.tenant) else {
        throw Problem(.notFound, "There is no host of this name.")
      }
      let (article, modified) = try service.knowledgeBase.withStore {
        (try $0.mainArticle(), service.modified($0))
      }
      // Weak: samples that get too old to be kept leave without a new revision. It spares a page that
      // asks again and again a diagnosis each time.
      // A deadline that passes changes it too.
      let now = fleet.clock.now()
      let version =
        "\(host.id) \(host.revision) \(modified.unixSeconds) \(now.milliseconds / 300_000)"
      let tag = EntityTag(of: Array(version.utf8))
      if tag.matches(request.fields[.ifNoneMatch]) { return Self.notModified("W/\(tag.text)") }
      let diagnoser = HostDiagnoser(
        store: fleet.store, knowledgeBase: service.knowledgeBase, article: article,
        catalogue: service.catalogue)
      let series = try diagnoser.series(of: host)
      let diagnosis = try service.meter.diagnoses.timing(.request) {
        try diagnoser.diagnosis(of: host.description, series, at: now) {
          cancellation.isCancelled
        }
      }
      let page = HostDiagnosisPage(
        host, diagnosis, series: series, catalogue: service.catalogue)
      var response = privatePage(.host, page, request.fields)
      response.fields[.eTag] = "W/\(tag.text)"
      return response
    }
  }

  /// The token of who signed in; nil for everybody else.
  ///
  /// - Throws: `Problem` (429) if the token asked too often.
  private func reader() throws(Problem) -> StoredToken? {
    guard let token = try BrowserSession.token(request, fleet) else { return nil }
    if let seconds = fleet.requests.take(1, for: token.id, at: fleet.clock.ticks()) {
      throw .tooMany("This token asked too often.", retryAfter: seconds)
    }
    return token
  }

  private static func signInFirst(host: String?) -> Answer {
    .response(redirect(to: Target(Route.signIn.path(), [(hostField, host)]).text))
  }

  private static func redirect(to path: String) -> Response {
    var fields = HTTPFields()
    fields[.location] = path
    fields[.cacheControl] = "no-store"
    return Response(status: .seeOther, fields: fields)
  }

  /// A page for one person alone, with its validator, or 304.
  private func privatePage(
    _ template: PageTemplate, _ model: Any, _ request: HTTPFields
  ) -> Response {
    let body = service.files.render(template, model)
    let compressed =
      ContentNegotiation.acceptsGzip(request[.acceptEncoding]) ? Gzip.compressed(body) : nil
    let tag = EntityTag(of: body, variant: compressed == nil ? "" : "-gzip")
    if tag.matches(request[.ifNoneMatch]) { return Self.notModified(tag.text) }
    var fields = Self.fields(tag.text)
    fields[.contentType] = Representation.html.mediaType
    if compressed != nil { fields[.contentEncoding] = "gzip" }
    return Response(status: .ok, fields: fields, body: compressed ?? body)
  }

  private static func notModified(_ tag: String) -> Response {
    Response(status: .notModified, fields: fields(tag))
  }

  private static func fields(_ tag: String) -> HTTPFields {
    var fields = HTTPFields.page
    fields[.cacheControl] = "private, no-cache"
    fields[.vary] = "Cookie, Accept-Encoding"
    fields[.eTag] = tag
    return fields
  }
}

extension Call {
  /// The pages of the fleet.
  ///
  /// - Throws: `Problem` (404) where the service has none.
  func fleetPages() throws(Problem) -> FleetPages {
    FleetPages(call: self, fleet: try fleet())
  }
}

extension Route {
  /// The address of a host's page, whatever its name: what can't stand in a path goes into a query.
  static func hostPath(_ name: String) -> String {
    let isSegment = !name.isEmpty && name != "." && name != ".." && !name.contains("/")
    return isSegment
      ? Route.hostPage.path(name) : Target(Route.fleetPage.path(), [("host", name)]).text
  }
}
