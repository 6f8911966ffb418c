public import ArticleStore
import Fleet
import HTTPTypes
public import HTTPWire
public import KnowledgeBase
import Meters
import UseCases
public import Web

/// The application: articles, fix answers and diagnoses over HTTP, without a socket.
///
/// It is shared by all threads; each makes a `ServiceHandler` of its own from it.
public struct Service: Sendable {
  /// An error that a client only sees as 500, for the log.
  public typealias FailureReport =
    @Sendable (
      _ error: any Error, _ context: RequestContext
    ) -> Void

  let files: PublicFiles
  let catalogue: ProductCatalogue
  /// Bytes of an upload, decompressed.
  let bodyBytesMax: Int
  /// Bytes of encoded answers that each thread keeps.
  let cacheBytesMax: Int
  let knowledgeBase: KnowledgeBaseSource
  /// Nil for a service without a fleet, whose routes are 404 then.
  let fleet: FleetService?
  let exposure: Exposure
  let meter: ServiceMeter
  let drainState = DrainState()
  let report: FailureReport

  /// What is kept out of logs.
  public static let secrets = SecretPrefix(TokenText.prefix)

  /// - Parameters:
  ///   - knowledgeBase: where the handlers and the workers get their connections.
  ///   - meter: what `/metrics` shows.
  ///   - report: called once for each failure that is no fault of the client.
  public init(
    files: PublicFiles, catalogue: ProductCatalogue = .builtIn,
    bodyBytesMax: Int,
    cacheBytesMax: Int = 16 * 1024 * 1024,
    knowledgeBase: KnowledgeBaseSource,
    fleet: FleetService? = nil,
    exposure: Exposure = Exposure(), meter: ServiceMeter = ServiceMeter(),
    report: @escaping FailureReport
  ) {
    self.files = files
    self.catalogue = catalogue
    self.bodyBytesMax = bodyBytesMax
    self.cacheBytesMax = cacheBytesMax
    self.knowledgeBase = knowledgeBase
    self.fleet = fleet
    self.exposure = exposure
    self.meter = meter
    self.report = report
  }

  /// A handler with a connection to the knowledge base of its own.
  ///
  /// - Throws: `StorageError`.
  public func makeHandler() throws -> ServiceHandler {
    ServiceHandler(service: self, current: try CurrentStore(knowledgeBase))
  }

  /// Says on `/readyz` that the service is about to stop, so that no further clients are sent to it.
  public func beginDrain() { drainState.begin() }
}

/// Answers the requests of one thread.
public struct ServiceHandler: RequestHandler {
  let service: Service
  private var current: CurrentStore
  /// When what the answers are made of changed for the last time.
  private(set) var modified: HTTPDate
  private(set) var cache: AnswerCache
  private let meter: HandlerMeter
  /// By template; there are as many as routes.
  private var routeMeters: [String: RouteMeter] = [:]
  /// Counted when somebody asks, once for each knowledge base.
  var articleCount: Int?
  /// The answer of the cache that the present request got.
  private var taken: CachedAnswer?

  init(service: Service, current: CurrentStore) {
    self.service = service
    self.current = current
    modified = service.modified(current.store)
    meter = service.meter.requests.makeHandler()
    cache = AnswerCache(bytesMax: service.cacheBytesMax, meter: meter)
  }

  /// This thread's connection to the knowledge base.
  var store: ArticleStore { current.store }

  public mutating func receive(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> Reception {
    let start = ContinuousClock.now
    let failure = moveOn(at: start)
    if failure == nil, isPlain(head, in: bytes),
      let (answer, route) = cache.shortcut(for: head, in: bytes)
    {
      let duration = start.duration(to: .now)
      route.record(answer.status.code, duration)
      meter.cacheHits.add()
      accessLog(head, in: bytes, route)?
        .write(answer.status.code, answer.bodyBytes, duration)
      return .prepared(answer)
    }
    do {
      let request = try Request(head, in: bytes)
      let route = Route(path: request.path)
      if let failure { service.report(failure, RequestContext(request, path: route?.path)) }
      let meter = routeMeter(route)
      let exchange = Exchange(
        since: start, meter, of: self.meter, log: accessLog(head, in: bytes, meter),
        headers: headers(for: request, at: route))
      guard service.exposure.hosts?.allows(head, in: bytes) ?? true else {
        return exchange.finishing(.respond(Problem.misdirected.response(to: request.id)))
      }
      let reception = respond(to: request, at: route)
      if let answer = taken.take() {
        cache.remember(answer.variant(for: request.fields), meter, for: head, in: bytes)
      }
      return exchange.finishing(reception)
    } catch {
      let meter = routeMeter(nil)
      return Exchange(
        since: start, meter, of: self.meter, log: accessLog(head, in: bytes, meter),
        headers: AnswerHeaders()
      ).finishing(.respond(error.refusal.response(to: head.id)))
    }
  }

  /// Whether the answer depends on nothing but what the cache looks at.
  private func isPlain(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Bool {
    let exposure = service.exposure
    if exposure.sharing != nil, head.value(of: "origin", in: bytes) != nil { return false }
    return exposure.hosts?.allows(head, in: bytes) ?? true
  }

  private mutating func routeMeter(_ route: Route?) -> RouteMeter {
    let template = route?.template ?? Route.unknownTemplate
    if let meter = routeMeters[template] { return meter }
    let meter = service.meter.requests.makeRoute(template)
    routeMeters[template] = meter
    return meter
  }

  private func accessLog(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ meter: RouteMeter
  ) -> AccessLog? {
    guard let writer = service.exposure.accessLog else { return nil }
    return AccessLog(
      record: AccessRecord(
        head, in: bytes, route: meter.route, hiding: Service.secrets), writer: writer)
  }

  private func headers(for request: Request, at route: Route?) -> AnswerHeaders {
    guard let sharing = service.exposure.sharing, route?.isShared ?? true else {
      return AnswerHeaders()
    }
    return AnswerHeaders(sharedWith: sharing.origin(of: request), variesByOrigin: true)
  }

  /// Goes over to a knowledge base that was imported meanwhile; costs next to nothing if there is
  /// none. If it can't be opened the one before goes on answering.
  private mutating func moveOn(at now: ContinuousClock.Instant) -> (any Error)? {
    do {
      guard try current.refresh(at: now) else { return nil }
      modified = service.modified(current.store)
      cache = AnswerCache(bytesMax: service.cacheBytesMax, meter: meter)
      articleCount = nil
      return nil
    } catch {
      return error
    }
  }

  /// What to answer, or what to do for the answer.
  public mutating func respond(to request: Request) -> Reception {
    respond(to: request, at: Route(path: request.path))
  }

  private mutating func respond(to request: Request, at route: Route?) -> Reception {
    let context = RequestContext(request, path: route?.path)
    guard let route else {
      let problem = Problem(.notFound, "There is nothing at this path.")
      return .respond(service.answer(to: problem, as: .json, context))
    }
    do {
      guard route.methods.contains(request.method) else { throw Self.notAllowed(route) }
      if request.method == .options { return .respond(options(route, request)) }
      return try reception(route, request)
    } catch {
      return .respond(service.answer(to: error, route.errorForm, context))
    }
  }

  private mutating func reception(_ route: Route, _ request: Request) throws -> Reception {
    let query = QueryParameters(request.query)
    switch route {
    case .home: return try home(request)
    case .search: return try search(query, request)
    case .article(let id): return try article(id, request)
    case .articleFile(let id, let form): return try articleFile(id, form, request)
    case .check: return try check(request)
    case .missingPage: return try missingPage(request)
    case .simulate: return try simulatePage(query, request)
    case .openSearch: return try openSearch(request)
    case .diagnose:
      return request.method == .post ? try diagnosePage(request) : try diagnoseForm(query, request)
    case .fleetPage: return try fleetPages(route).fleetPage(query, request)
    case .hostPage(let name): return try fleetPages(route).hostPage(name, request)
    case .signIn:
      return request.method == .post
        ? try fleetPages(route).signIn(request) : try fleetPages(route).signInForm(query, request)
    case .signOut: return try fleetPages(route).signOut(request)
    case .docs: return try docs(request)
    case .openAPI: return openAPI(request)
    case .asset(let name): return try asset(name, request)
    case .health: return .respond(Self.status("ok"))
    case .ready: return ready(RequestContext(request, path: route.path))
    case .metrics: return try metrics(request)
    case .products: return try products(request)
    case .articleRecord(let id): return try articleRecord(id, request)
    case .fix(let id): return try fix(id, query, request)
    case .articles: return try articles(query, request)
    case .suggestions: return try suggestions(query, request)
    case .missing(let form): return try missing(form, query, request)
    case .vex: return try vex(query, request)
    case .diagnoses: return try diagnoses(query, request)
    case .simulations: return try simulations(request)
    case .osvQuery: return try osvQuery(request)
    case .osvQueryBatch: return try osvQueryBatch(request)
    case .osvVulnerability(let id): return try osvVulnerability(id, request)
    case .fleet(let place): return try fleet(place, request)
    }
  }

  func requireFleet() throws(Problem) -> FleetService {
    guard let fleet = service.fleet else {
      throw Problem(.notFound, "This server keeps no fleet.")
    }
    return fleet
  }

  private func fleetPages(_ route: Route) throws(Problem) -> FleetPageHandlers {
    FleetPageHandlers(fleet: try requireFleet(), service: service, route: route)
  }

  private func fleet(_ place: FleetRoute, _ request: Request) throws -> Reception {
    FleetHandlers(fleet: try requireFleet(), service: service, route: place, request: request)
      .reception()
  }

  /// The answer of a GET that may take long: made on the worker pool, with a connection of its own.
  func work(
    _ route: Route, _ request: Request,
    make: @escaping @Sendable (ArticleStore, Cancellation) throws -> Document
  ) -> Reception {
    let (service, fields) = (service, request.fields)
    let context = RequestContext(request, path: route.path)
    return .work { cancellation in
      do {
        return try service.knowledgeBase.withStore { try make($0, cancellation) }
          .response(for: fields)
      } catch {
        return service.answer(to: error, route.errorForm, context)
      }
    }
  }

  /// The cached answer of a GET in one form, made by `make` if it isn't there yet.
  ///
  /// - Parameter query: The parameters that decide over the answer, in a fixed order.
  mutating func cached(
    _ route: Route, _ form: Representation, query: [String?] = [], for request: Request,
    orMake make: () throws -> Document
  ) rethrows -> Reception {
    let sharing = route.isShared ? service.exposure.sharing : nil
    var key = AnswerCache.Key(path: route.path, form, query: query)
    key.origin = sharing?.origin(of: request)
    let answer = try cache.answer(key) {
      CachedAnswer(
        try make(), AnswerHeaders(sharedWith: key.origin, variesByOrigin: sharing != nil))
    }
    // The shortcuts don't look at `Origin`.
    if key.origin == nil { taken = answer }
    return .prepared(answer.response(for: request.fields))
  }

  private static func notAllowed(_ route: Route) -> Problem {
    var fields = HTTPFields()
    fields[.allow] = allow(route)
    return Problem(
      .methodNotAllowed, "This path answers \(allow(route)).", fields: fields)
  }

  private func options(_ route: Route, _ request: Request) -> Response {
    if route.isShared, let answer = service.exposure.sharing?.preflight(request, route.methods) {
      return answer
    }
    var fields = HTTPFields()
    fields[.allow] = Self.allow(route)
    return Response(status: .noContent, fields: fields)
  }

  private static func allow(_ route: Route) -> String {
    route.methods.map(\.rawValue).joined(separator: ", ")
  }
}

extension ArticleStore {
  /// The article of a path's or a form's text.
  ///
  /// - Throws: `Problem` (404) if the text is no article's number, or the knowledge base doesn't
  ///   have it; `StorageError`.
  func article(named text: String) throws -> Article {
    guard let id = ArticleID(text), let article = try article(id) else {
      throw Problem(.notFound, "This knowledge base has no article of that number.")
    }
    return article
  }
}

extension Service {
  /// When what the answers are made of changed for the last time.
  func modified(_ store: ArticleStore) -> HTTPDate {
    HTTPDate(unixSeconds: max(store.modified, files.modified))
  }
}
