import ArticleStore
import HTTPTypes
public import HTTPWire
import Meters
import Web

/// Answers the requests of one thread.
public struct ServiceHandler: RequestHandler {
  private static let routes = RouteIndex(Route.all)

  let service: Service
  private var current: CurrentStore
  /// When what the answers are made of changed for the last time.
  private var modified: HTTPDate
  private(set) var cache: AnswerCache
  private let meter: HandlerMeter
  /// By template; there are as many as routes.
  private var routeMeters: [String: RouteMeter] = [:]

  init(service: Service, current: CurrentStore) {
    self.service = service
    self.current = current
    modified = service.modified(current.store)
    meter = service.meter.requests.makeHandler()
    cache = AnswerCache(bytesMax: service.cacheBytesMax, meter: meter)
  }

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
      let match = Self.routes.match(request.path)
      if let failure { service.report(failure, context(request, match)) }
      let meter = routeMeter(match?.route)
      let exchange = Exchange(
        since: start, meter, of: self.meter, log: accessLog(head, in: bytes, meter),
        headers: headers(for: request, at: match?.route))
      guard service.exposure.hosts?.allows(head, in: bytes) ?? true else {
        return exchange.finishing(.respond(Problem.misdirected.response(to: request.id)))
      }
      let (reception, kept) = respond(to: request, at: match)
      if let kept {
        cache.remember(kept.variant(for: request.fields), meter, for: head, in: bytes)
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

  /// What to answer, or what to do for the answer.
  public mutating func respond(to request: Request) -> Reception {
    respond(to: request, at: Self.routes.match(request.path)).reception
  }

  /// Whether the answer depends on nothing but what the cache looks at.
  private func isPlain(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Bool {
    let exposure = service.exposure
    if exposure.sharing != nil, head.value(of: "origin", in: bytes) != nil { return false }
    return exposure.hosts?.allows(head, in: bytes) ?? true
  }

  private mutating func routeMeter(_ route: Route?) -> RouteMeter {
    let template = route?.template.text ?? Route.unknownTemplate
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
      return nil
    } catch {
      return error
    }
  }

  private func context(_ request: Request, _ match: RouteIndex.Match?) -> RequestContext {
    RequestContext(request, path: match.map { $0.route.template.path($0.values) })
  }
}

// MARK: From a route's answer to what the connection does

extension ServiceHandler {
  /// What is done for a request, and the answer of the cache that it got, if later requests with the same
  /// bytes may have it too.
  private typealias Outcome = (reception: Reception, kept: CachedAnswer?)

  private mutating func respond(to request: Request, at match: RouteIndex.Match?) -> Outcome {
    guard let match else {
      let problem = Problem(.notFound, "There is nothing at this path.")
      return (.respond(service.answer(to: problem, as: .json, context(request, nil))), nil)
    }
    let route = match.route
    let call = Call(match, request, of: service, modified: modified)
    do {
      if request.method == .options { return (.respond(service.options(route, request)), nil) }
      guard let handler = route.handler(of: request.method) else { throw route.notAllowed }
      return try outcome(of: handler(call), for: call)
    } catch {
      return (.respond(service.answer(to: error, route.errorForm, call.context)), nil)
    }
  }

  private mutating func outcome(of answer: Answer, for call: Call) throws -> Outcome {
    switch answer {
    case .response(let response):
      return (.respond(response), nil)
    case .cached(let form, let query, let make):
      return try cached(form, query, make, for: call)
    case .reading(let decide):
      return try outcome(of: decide(current.store), for: call)
    case .document(let make):
      let reception = Reception.work { cancellation in
        call.answer {
          try call.service.knowledgeBase.withStore { try make($0, cancellation) }
            .response(for: call.request.fields)
        }
      }
      return (reception, nil)
    case .work(let work):
      return (.work { cancellation in call.answer { try work(cancellation) } }, nil)
    case .collect(let limit, let work):
      let reception = Reception.collect(limit: limit) { bytes, cancellation in
        call.answer { try work(bytes, cancellation) }
      }
      return (reception, nil)
    case .collectDeferred(let limit, let work):
      let reception = Reception.collectDeferred(limit: limit) { bytes, cancellation, responder in
        do {
          try work(bytes, cancellation, responder)
        } catch {
          responder.respond(call.answer { throw error })
        }
      }
      return (reception, nil)
    }
  }

  private mutating func cached(
    _ form: Representation, _ query: [String?], _ make: (ArticleStore) throws -> Document,
    for call: Call
  ) throws -> Outcome {
    let sharing = call.route.isShared ? service.exposure.sharing : nil
    var key = AnswerCache.Key(path: call.path, form, query: query)
    key.origin = sharing?.origin(of: call.request)
    let store = current.store
    let answer = try cache.answer(key) {
      CachedAnswer(
        try make(store),
        AnswerHeaders(sharedWith: key.origin, variesByOrigin: sharing != nil))
    }
    // The shortcuts don't look at `Origin`.
    return (.prepared(answer.response(for: call.request.fields)), key.origin == nil ? answer : nil)
  }
}

extension Service {
  /// The answer to `OPTIONS`: what the route takes, and to whom it is shared.
  fileprivate func options(_ route: Route, _ request: Request) -> Response {
    if route.isShared, let answer = exposure.sharing?.preflight(request, route.methods) {
      return answer
    }
    return Response(status: .noContent, fields: route.allow)
  }
}

extension Route {
  fileprivate var allow: HTTPFields {
    var fields = HTTPFields()
    fields[.allow] = methods.map(\.rawValue).joined(separator: ", ")
    return fields
  }

  fileprivate var notAllowed: Problem {
    let fields = allow
    return Problem(
      .methodNotAllowed, "This path answers \(fields[.allow] ?? "nothing").", fields: fields)
  }
}
