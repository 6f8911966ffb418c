import HTTPTypes
public import HTTPWire
public import KnowledgeBase
public import Storage

/// The application: articles, fix answers and diagnoses over HTTP, without a socket.
///
/// It is shared by all threads; each makes a `ServiceHandler` of its own from it.
public struct Service: Sendable {
  /// An error that a client only sees as 500, for the log.
  public typealias FailureReport = @Sendable (_ error: any Error, _ route: Route) -> Void

  /// The article that `/`, `/check` and the diagnosis are about.
  static let mainArticle = Article.q179827.id

  let files: PublicFiles
  let catalogue: ProductCatalogue
  /// Bytes of an upload, decompressed.
  let bodyBytesMax: Int
  /// Bytes of encoded answers that each thread keeps.
  let cacheBytesMax: Int
  let knowledgeBase: KnowledgeBaseSource
  /// Nil for a service without a fleet, whose routes are 404 then.
  let fleet: FleetService?
  let report: FailureReport

  /// - Parameters:
  ///   - knowledgeBase: where the handlers and the workers get their connections.
  ///   - report: called once for each failure that is no fault of the client.
  public init(
    files: PublicFiles, catalogue: ProductCatalogue = .builtIn,
    bodyBytesMax: Int,
    cacheBytesMax: Int = 16 * 1024 * 1024,
    knowledgeBase: KnowledgeBaseSource,
    fleet: FleetService? = nil,
    report: @escaping FailureReport
  ) {
    self.files = files
    self.catalogue = catalogue
    self.bodyBytesMax = bodyBytesMax
    self.cacheBytesMax = cacheBytesMax
    self.knowledgeBase = knowledgeBase
    self.fleet = fleet
    self.report = report
  }

  /// A handler with a connection to the knowledge base of its own.
  ///
  /// - Throws: `StorageError`.
  public func makeHandler() throws -> ServiceHandler {
    ServiceHandler(service: self, current: try CurrentStore(knowledgeBase))
  }
}

/// Answers the requests of one thread.
public struct ServiceHandler: RequestHandler {
  let service: Service
  private var current: CurrentStore
  /// When what the answers are made of changed for the last time.
  private(set) var modified: HTTPDate
  private(set) var cache: AnswerCache
  /// The answer of the cache that the present request got.
  private var taken: CachedAnswer?

  init(service: Service, current: CurrentStore) {
    self.service = service
    self.current = current
    modified = service.modified(current.store)
    cache = AnswerCache(bytesMax: service.cacheBytesMax)
  }

  /// This thread's connection to the knowledge base.
  var store: ArticleStore { current.store }

  public mutating func receive(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> Reception {
    let failure = moveOn()
    if failure == nil, let response = cache.shortcut(for: head, in: bytes) {
      return .prepared(response)
    }
    do {
      let request = try Request(head, in: bytes)
      if let failure { service.report(failure, Route(path: request.path) ?? .home) }
      let reception = respond(to: request)
      if let answer = taken.take() {
        cache.remember(answer.variant(for: request.fields), for: head, in: bytes)
      }
      return reception
    } catch {
      return .respond(Problem(error.refusal).response)
    }
  }

  /// Goes over to a knowledge base that was imported meanwhile; costs next to nothing if there is
  /// none. If it can't be opened the one before goes on answering.
  private mutating func moveOn() -> (any Error)? {
    do {
      guard try current.refresh() else { return nil }
      modified = service.modified(current.store)
      cache = AnswerCache(bytesMax: service.cacheBytesMax)
      return nil
    } catch {
      return error
    }
  }

  /// What to answer, or what to do for the answer.
  public mutating func respond(to request: Request) -> Reception {
    let accept = request.fields[.accept]
    guard let route = Route(path: request.path) else {
      let problem = Problem(.notFound, "There is nothing at this path.")
      return .respond(service.answer(to: problem, as: .json, accept: accept))
    }
    do {
      guard route.methods.contains(request.method) else { throw Self.notAllowed(route) }
      if request.method == .options { return .respond(Self.options(route)) }
      return try reception(route, request)
    } catch {
      return .respond(service.answer(to: error, at: route, accept: accept))
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
    case .ready: return ready()
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

  private func requireFleet() throws(Problem) -> FleetService {
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
    return .work { cancellation in
      do {
        return try service.knowledgeBase.withStore { try make($0, cancellation) }
          .response(for: fields)
      } catch {
        return service.answer(to: error, at: route, accept: fields[.accept])
      }
    }
  }

  /// The cached answer of a GET, made by `make` if it isn't there yet.
  mutating func cached(
    _ key: AnswerCache.Key, for request: Request, orMake make: () throws -> Document
  ) rethrows -> Reception {
    let answer = try cache.answer(key) { CachedAnswer(try make()) }
    taken = answer
    return .prepared(answer.response(for: request.fields))
  }

  private static func notAllowed(_ route: Route) -> Problem {
    var fields = HTTPFields()
    fields[.allow] = allow(route)
    return Problem(
      .methodNotAllowed, "This path answers \(allow(route)).", fields: fields)
  }

  private static func options(_ route: Route) -> Response {
    var fields = HTTPFields()
    fields[.allow] = allow(route)
    return Response(status: .noContent, fields: fields)
  }

  private static func allow(_ route: Route) -> String {
    route.methods.map(\.rawValue).joined(separator: ", ")
  }

  private static func status(_ status: String) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = "application/json"
    fields[.cacheControl] = "no-store"
    return Response(
      status: .ok, fields: fields, body: Array("{\"status\":\"\(status)\"}\n".utf8))
  }

  /// Asked by what spreads requests over servers: 503 where this one could answer none.
  private func ready() -> Reception {
    .work { [service] _ in
      do {
        try service.knowledgeBase.withStore { _ in }
        try service.fleet?.store.checkAvailable()
        return Self.status("ready")
      } catch let error as FleetError {
        return Problem(error).response
      } catch {
        return service.answer(to: error, at: .ready, accept: nil)
      }
    }
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

  /// The article that `/` and the diagnosis are about.
  func mainArticle() throws -> Article { try article(Service.mainArticle) ?? .q179827 }
}

extension Service {
  /// When what the answers are made of changed for the last time.
  func modified(_ store: ArticleStore) -> HTTPDate {
    HTTPDate(unixSeconds: max(store.modified, files.modified))
  }
}
