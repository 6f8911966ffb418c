import ArticleStore
import Fleet
import HTTPTypes
import HTTPWire
import KnowledgeBase
import Meters
import UseCases
import Web

// What those ask who run the server, and their programs.
extension Call {
  func health() -> Answer { .response(Self.status("ok")) }

  private static func status(_ status: String) -> Response {
    var fields = HTTPFields()
    fields[.contentType] = "application/json"
    fields[.cacheControl] = "no-store"
    return Response(
      status: .ok, fields: fields, body: Array("{\"status\":\"\(status)\"}\n".utf8))
  }

  /// Asked by load balancers: 503 where this one could answer none.
  func ready() -> Answer {
    .work { [service, context] _ in
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
  func metrics() throws -> Answer {
    switch service.exposure.metrics {
    case .open: break
    case .token: _ = try admitted(.admin)
    case .off: throw Problem(.notFound, "There is nothing at this path.")
    }
    return .reading { store in .response(try metrics(store)) }
  }

  private func metrics(_ store: ArticleStore) throws -> Response {
    let count = try store.articleCount()
    var text = service.meter.text(of: service.fleet)
    text.single(
      "fixlevel_knowledge_base_articles", .gauge, "Articles in the knowledge base.", count)
    text.single(
      "fixlevel_knowledge_base_modified_timestamp_seconds", .gauge,
      "When the knowledge base was put in its place.", Int(store.modified))
    var fields = HTTPFields()
    fields[.contentType] = MetricsText.mediaType
    fields[.cacheControl] = "no-store"
    return Response(status: .ok, fields: fields, body: Array(text.text.utf8))
  }
}
