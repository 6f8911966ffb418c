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
  private let openStore: @Sendable () throws -> ArticleStore
  let report: FailureReport

  /// - Parameters:
  ///   - openStore: called once by each handler, on the thread that will use the store.
  ///   - report: called once for each failure that is no fault of the client.
  public init(
    files: PublicFiles, catalogue: ProductCatalogue = .builtIn,
    bodyBytesMax: Int,
    cacheBytesMax: Int = 16 * 1024 * 1024,
    openStore: @escaping @Sendable () throws -> ArticleStore,
    report: @escaping FailureReport
  ) {
    self.files = files
    self.catalogue = catalogue
    self.bodyBytesMax = bodyBytesMax
    self.cacheBytesMax = cacheBytesMax
    self.openStore = openStore
    self.report = report
  }

  /// A handler with a connection to the knowledge base of its own.
  ///
  /// - Throws: `StorageError`.
  public func makeHandler() throws -> ServiceHandler {
    ServiceHandler(service: self, store: try openStore())
  }
}

/// Answers the requests of one thread.
public struct ServiceHandler: RequestHandler {
  let service: Service
  let store: ArticleStore
  /// When what the answers are made of changed for the last time.
  let modified: HTTPDate
  private(set) var cache: AnswerCache
  /// The answer of the cache that the present request got.
  private var taken: CachedAnswer?

  init(service: Service, store: ArticleStore) {
    self.service = service
    self.store = store
    modified = HTTPDate(unixSeconds: max(store.modified, service.files.modified))
    cache = AnswerCache(bytesMax: service.cacheBytesMax)
  }

  public mutating func receive(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> Reception {
    if let response = cache.shortcut(for: head, in: bytes) { return .prepared(response) }
    do {
      let request = try Request(head, in: bytes)
      let reception = respond(to: request)
      if let answer = taken.take() {
        cache.remember(answer.variant(for: request.fields), for: head, in: bytes)
      }
      return reception
    } catch {
      return .respond(Problem(error.refusal).response)
    }
  }

  /// What to answer, or what to do for the answer.
  public mutating func respond(to request: Request) -> Reception {
    guard let route = Route(path: request.path) else {
      return failed(
        Problem(.notFound, "There is nothing at this path."), as: .json, fields: request.fields)
    }
    do {
      guard route.methods.contains(request.method) else { throw Self.notAllowed(route) }
      if request.method == .options { return .respond(Self.options(route)) }
      return try reception(route, request)
    } catch let problem as Problem {
      return failed(problem, as: route.isPage ? .html : .json, fields: request.fields)
    } catch {
      service.report(error, route)
      return failed(.internalError, as: route.isPage ? .html : .json, fields: request.fields)
    }
  }

  private mutating func reception(_ route: Route, _ request: Request) throws -> Reception {
    let query = QueryParameters(request.query)
    switch route {
    case .home: return try home(request)
    case .search: return try search(query)
    case .article(let id): return try article(id, request)
    case .articleFile(let id, let form): return try articleFile(id, form, request)
    case .check: return try check(query, request)
    case .diagnose:
      return request.method == .post ? try diagnosePage(request) : try diagnoseForm(request)
    case .asset(let name): return try asset(name, request)
    case .health: return .respond(Self.health)
    case .products: return try products(request)
    case .articleRecord(let id): return try articleRecord(id, request)
    case .fix(let id): return try fix(id, query, request)
    case .diagnoses: return try diagnoses(query, request)
    case .simulations: return try simulations(request)
    }
  }

  /// The cached answer of a GET, made by `make` if it isn't there yet.
  mutating func cached(
    _ key: AnswerCache.Key, for request: Request, orMake make: () throws -> CachedAnswer
  ) rethrows -> Reception {
    let answer = try cache.answer(key, orMake: make)
    taken = answer
    return .prepared(answer.response(for: request.fields))
  }

  /// An error as a page for people and as a problem document for programs.
  private func failed(
    _ problem: Problem, as fallback: Representation, fields: HTTPFields
  ) -> Reception {
    .respond(service.answer(to: problem, as: fallback, accept: fields[.accept]))
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

  private static let health: Response = {
    var fields = HTTPFields()
    fields[.contentType] = "application/json"
    fields[.cacheControl] = "no-store"
    return Response(status: .ok, fields: fields, body: Array(#"{"status":"ok"}"#.utf8) + [10])
  }()
}

extension Service {
  /// An error as a page or as a problem document; `fallback` is what a client gets that takes
  /// either.
  func answer(to problem: Problem, as fallback: Representation, accept: String?) -> Response {
    let offered: [Representation] = fallback == .html ? [.html, .json] : [.json, .html]
    guard ContentNegotiation.preferred(accept, of: offered) == .html else {
      return problem.response
    }
    var response = Response(
      status: problem.status, fields: .page, body: files.render(.problem, ProblemPage(problem)))
    response.fields.append(contentsOf: problem.fields)
    response.fields[.contentType] = Representation.html.mediaType
    response.fields[.cacheControl] = "no-store"
    return response
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

extension Problem {
  static let internalError = Problem(
    .internalServerError, "Something went wrong on the server; it has been logged.")
}
