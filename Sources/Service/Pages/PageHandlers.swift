import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  func home() -> Answer {
    page(.home) { [service] store in
      HomePage(
        article: try store.mainArticle(), facets: try store.facets(SearchQuery("")),
        catalogue: service.catalogue)
    }
  }

  func article() throws -> Answer {
    let id = self["id"]
    if let redirect = canonical(id, Route.article) { return redirect }
    let offered: [Representation] = [.html, .json, .text]
    let form = try ContentNegotiation.form(request.fields[.accept], of: offered, "An article")
    return article(id, form, negotiated: ["Accept"])
  }

  func articleFile(_ form: Representation) -> Answer {
    let id = self["id"]
    return canonical(id, route) ?? article(id, form, negotiated: [])
  }

  /// Where an article's number is written in another way than links have it: to the link.
  private func canonical(_ text: String, _ route: Route) -> Answer? {
    guard let id = ArticleID(text), id.description != text else { return nil }
    return .response(.redirect(to: route.path(id.description), status: .permanentRedirect))
  }

  private func article(
    _ id: String, _ form: Representation, negotiated: [String]
  ) -> Answer {
    .cached(form) { store in
      let article = try store.article(named: id)
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

  func asset() throws -> Answer {
    guard let asset = service.files.assets[self["name"]] else {
      throw Problem(.notFound, "There is nothing at this path.")
    }
    return .cached(.text) { _ in
      Document(asset.bytes, mediaType: asset.mediaType, modified: modified, fields: .page)
    }
  }

  /// A page that everybody gets alike.
  func page(_ template: PageTemplate, model: @escaping (ArticleStore) throws -> Any) -> Answer {
    .cached(.html) { store in
      Document(
        service.files.render(template, try model(store)), mediaType: Representation.html.mediaType,
        modified: modified, fields: .page)
    }
  }
}

extension Response {
  static func redirect(to path: String, status: HTTPResponse.Status) -> Response {
    var fields = HTTPFields()
    fields[.location] = path
    return Response(status: status, fields: fields)
  }
}
