import HTTPTypes
import HTTPWire
import KnowledgeBase
import Storage

extension ServiceHandler {
  /// `/kb?q=`: an article's number leads to the article, anything else is searched for.
  func search(_ parameters: QueryParameters, _ request: Request) throws -> Reception {
    let text = try parameters.value("q") ?? ""
    if let id = ArticleID(text.split(separator: " ").joined()) {
      return .respond(Self.redirect(.article(id.description), status: .seeOther))
    }
    let service = service
    let list = try ListFilters(parameters, service.catalogue)
    let part = try PageRequest(parameters)
    return work(.search, request) { store, _ in
      let page = try store.search(
        list.query, filters: list.filters, limit: part.limit, cursor: part.cursor)
      let facets = try store.facets(list.query, filters: list.filters)
      let spelling = facets.total == 0 ? try store.spelling(of: list.query) : nil
      let model = SearchResultsPage(
        list, page: page, facets: facets, spelling: spelling, catalogue: service.catalogue)
      return service.page(.search, model, store)
    }
  }

  /// `/missing`: the form, and the list once a product and a level are chosen.
  mutating func missingPage(
    _ parameters: QueryParameters, _ request: Request
  ) throws -> Reception {
    let level = try parameters.shortValue("service_pack")
    guard try parameters.shortValue("product") != nil, level != nil,
      level != FormChoices.unknownLevel
    else {
      let catalogue = service.catalogue
      return try page(.missingPage, .missing, request) { MissingListPage(catalogue) }
    }
    let service = service
    let machine = try MachineLevel(parameters, service.catalogue)
    let query = try SearchQuery(try parameters.value("q") ?? "")
    let part = try PageRequest(parameters)
    return work(.missingPage, request) { store, _ in
      let page = try store.missing(
        product: machine.product.id, at: machine.level, query: query.isEmpty ? nil : query,
        limit: part.isExplicit ? part.limit : PageRequest.limits.upperBound, cursor: part.cursor)
      return service.page(
        .missing,
        MissingListPage(machine, query: query, page: page, catalogue: service.catalogue), store)
    }
  }
}

extension Service {
  /// A page made of what a store holds.
  fileprivate func page(_ template: PageTemplate, _ model: Any, _ store: ArticleStore) -> Document {
    Document(
      files.render(template, model), mediaType: Representation.html.mediaType,
      modified: modified(store), fields: .page)
  }
}
