import ArticleStore
import Fleet
import HTTPTypes
import HTTPWire
import KnowledgeBase
import Meters
import UseCases
import Web

// What those ask who run the server, and their programs.
extension ServiceHandler {
  static func status(_ status: String) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = "application/json"
    fields[.cacheControl] = "no-store"
    return Response(
      status: .ok, fields: fields, body: Array("{\"status\":\"\(status)\"}\n".utf8))
  }

  /// Asked by what spreads requests over servers: 503 where this one could answer none.
  func ready(_ context: RequestContext) -> Reception {
    .work { [service] _ in
      do {
        if service.drainState.isDraining { throw FleetError.stopped }
        try service.knowledgeBase.checkAvailable { _ = try $0.present(of: [Article.main]) }
        try service.fleet?.store.checkAvailable()
        return Self.status("ready")
      } catch let error as FleetError {
        return Problem(error).response(to: context.id)
      } catch {
        service.report(error, context)
        return Problem.unavailable.response(to: context.id)
      }
    }
  }

  /// `/metrics`, made on this thread: it tells of full queues when they are full.
  mutating func metrics(_ request: Request) throws -> Reception {
    switch service.exposure.metrics {
    case .open: break
    case .token:
      _ = try FleetHandlers(
        fleet: try requireFleet(), service: service, route: .summary, request: request
      ).admit(.admin)
    case .off: throw Problem(.notFound, "There is nothing at this path.")
    }
    let count = try articleCount ?? store.articleCount()
    articleCount = count
    var text = service.meter.text(of: service.fleet)
    text.single(
      "fixlevel_knowledge_base_articles", .gauge, "Articles in the knowledge base.", count)
    text.single(
      "fixlevel_knowledge_base_modified_timestamp_seconds", .gauge,
      "When the knowledge base was put in its place.", Int(store.modified))
    var fields = HTTPFields()
    fields[.contentType] = MetricsText.mediaType
    fields[.cacheControl] = "no-store"
    return .respond(Response(status: .ok, fields: fields, body: Array(text.text.utf8)))
  }
}
