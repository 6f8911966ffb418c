import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension ServiceHandler {
  mutating func home(_ request: Request) throws -> Reception {
    let (store, catalogue) = (store, service.catalogue)
    return try page(.home, .home, request) {
      HomePage(
        article: try store.mainArticle(), facets: try store.facets(SearchQuery("")),
        catalogue: catalogue)
    }
  }

  mutating func article(_ text: String, _ request: Request) throws -> Reception {
    if let id = ArticleID(text), id.description != text {
      return .respond(Self.redirect(.article(id.description), status: .permanentRedirect))
    }
    let offered: [Representation] = [.html, .json, .text]
    let form = try ContentNegotiation.form(request.fields[.accept], of: offered, "An article")
    return try article(text, form, negotiated: ["Accept"], request)
  }

  mutating func articleFile(
    _ text: String, _ form: Representation, _ request: Request
  ) throws -> Reception {
    if let id = ArticleID(text), id.description != text {
      let route = Route.articleFile(id.description, form)
      return .respond(Self.redirect(route, status: .permanentRedirect))
    }
    return try article(text, form, negotiated: [], request)
  }

  mutating func article(
    _ text: String, _ form: Representation, negotiated: [String], _ request: Request
  ) throws -> Reception {
    let route = negotiated.isEmpty ? Route.articleFile(text, form) : .article(text)
    let (service, store, modified) = (service, store, modified)
    return try cached(route, form, for: request) {
      let article = try store.article(named: text)
      let body =
        switch form {
        case .html:
          service.files.render(
            .article,
            ArticlePage(
              article,
              present: try store.present(of: (article.links + article.linkedFrom).map(\.id)),
              catalogue: service.catalogue))
        case .json: try JSON.encoded(article)
        case .text, .csv, .ndjson: Array(article.plainText.utf8)
        }
      return Document(
        body, mediaType: form.mediaType, modified: modified, negotiated: negotiated,
        fields: form == .html ? .page : HTTPFields())
    }
  }

  mutating func asset(_ name: String, _ request: Request) throws -> Reception {
    guard let asset = service.files.assets[name] else {
      throw Problem(.notFound, "There is nothing at this path.")
    }
    let modified = modified
    return cached(.asset(name), .text, for: request) {
      Document(
        asset.bytes, mediaType: asset.mediaType, modified: modified, fields: .page)
    }
  }

  mutating func page(
    _ route: Route, _ template: PageTemplate, _ request: Request, model: () throws -> Any
  ) throws -> Reception {
    let (files, modified) = (service.files, modified)
    return try cached(route, .html, for: request) {
      Document(
        files.render(template, try model()), mediaType: Representation.html.mediaType,
        modified: modified, fields: .page)
    }
  }

  static func redirect(_ route: Route, status: HTTPResponse.Status) -> Response {
    redirect(to: route.path, status: status)
  }

  static func redirect(to path: String, status: HTTPResponse.Status) -> Response {
    var fields = HTTPFields()
    fields[.location] = path
    return Response(status: status, fields: fields)
  }
}
