import Diagnosis
import HTTPTypes
import HTTPWire
import KnowledgeBase
import Storage

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
    guard
      let form = ContentNegotiation.preferred(request.fields[.accept], of: offered)
    else {
      let types = offered.map(\.mediaType).joined(separator: ", ")
      throw Problem(.notAcceptable, "An article can be had as \(types).")
    }
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
    return try cached(.init(route: route, representation: form), for: request) {
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
        default: Array(article.plainText.utf8)
        }
      return Document(
        body, mediaType: form.mediaType, modified: modified, negotiated: negotiated,
        fields: form == .html ? .page : HTTPFields())
    }
  }

  mutating func diagnoseForm(_ request: Request) throws -> Reception {
    let catalogue = service.catalogue
    return try page(.diagnose, .diagnose, request) { DiagnoseFormPage(catalogue) }
  }

  /// `POST /diagnose`: a form with a file or a pasted text.
  func diagnosePage(_ request: Request) throws -> Reception {
    let body = try UploadBody(request.fields, bytesMax: service.bodyBytesMax)
    guard let contentType = body.contentType,
      contentType.lowercased().prefix(while: { $0 != ";" && $0 != " " }) == "multipart/form-data"
    else {
      throw Problem(
        .unsupportedMediaType,
        "This page takes the upload of its form; programs use \(Route.diagnoses.path).")
    }
    let (service, article) = (service, try store.mainArticle())
    return collect(.diagnose, accept: request.fields[.accept]) {
      bytes, cancellation in
      let form = try MultipartForm(try body.decoded(bytes).joined, contentType: contentType)
      guard let log = form.file("file") ?? form.file("text") else {
        throw Problem(.badRequest, "The form holds neither a file nor a pasted text.")
      }
      let upload = try UploadBody.upload(
        CollectedBytes(Array(log.body)), contentType: nil, cancellation: cancellation)
      let level = form.text("service_pack").flatMap { $0 == FormChoices.unknownLevel ? nil : $0 }
      let job = DiagnosisJob(
        article: article, catalogue: service.catalogue,
        host: HostDescription(product: form.text("product"), servicePack: level))
      let model = DiagnosisPage(
        try job.diagnosis(of: upload) { cancellation.isCancelled }, catalogue: service.catalogue)
      var fields = HTTPFields.page
      fields[.contentType] = Representation.html.mediaType
      fields[.cacheControl] = "no-store"
      return Response(
        status: .ok, fields: fields, body: service.files.render(.diagnosis, model))
    }
  }

  mutating func asset(_ name: String, _ request: Request) throws -> Reception {
    guard let asset = service.files.assets[name] else {
      throw Problem(.notFound, "There is nothing at this path.")
    }
    let modified = modified
    return cached(.init(route: .asset(name), representation: .text), for: request) {
      Document(
        asset.bytes, mediaType: asset.mediaType, modified: modified, fields: .page)
    }
  }

  mutating func page(
    _ route: Route, _ template: PageTemplate, _ request: Request, model: () throws -> Any
  ) throws -> Reception {
    let (files, modified) = (service.files, modified)
    return try cached(.init(route: route, representation: .html), for: request) {
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

/// `/diagnose` before an upload.
struct DiagnoseFormPage {
  var form: FormChoices

  init(_ catalogue: ProductCatalogue) { form = FormChoices(catalogue) }
}
