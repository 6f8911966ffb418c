import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension ServiceHandler {
  /// `/kb?q=`: an article's number leads to the article, anything else is searched for.
  func search(_ parameters: QueryParameters, _ request: Request) throws -> Reception {
    let text = try parameters.value("q") ?? ""
    let number = ArticleID(text.split(separator: " ").joined())
    if let number, try store.present(of: [number]).contains(number) {
      return .respond(Self.redirect(.article(number.description), status: .seeOther))
    }
    let service = service
    let question = MachineQuestion(text, catalogue: service.catalogue)
    let target = try question?.target(mainArticle: store.mainArticle())
    if let question, question.isQuestion, let target {
      return .respond(Self.redirect(to: target.text, status: .seeOther))
    }
    let list = try ListFilters(parameters, service.catalogue)
    let part = try PageRequest(parameters)
    return work(.search, request) { store, _ in
      let page = try store.search(
        list.query, filters: list.filters, limit: part.limit, cursor: part.cursor)
      let facets = try store.facets(list.query, filters: list.filters)
      let spelling = facets.total == 0 ? try store.spelling(of: list.query) : nil
      let model = SearchResultsPage(
        list, page: page, facets: facets, spelling: spelling, catalogue: service.catalogue,
        number: number, question: question, isFirst: part.cursor == nil)
      return service.page(.search, model, store)
    }
  }

  /// `/missing`: the form, and the list once a product and a level are chosen.
  mutating func missingPage(_ request: Request) throws -> Reception {
    let parameters = request.machineQuery
    let level = try parameters.shortValue("service_pack")
    guard try parameters.shortValue("product") != nil, level != nil,
      level != FormChoices.unknownLevel
    else {
      // There is no list yet, but a part of it that can't be is told all the same.
      _ = try PageRequest(parameters)
      let catalogue = service.catalogue
      return try page(.missingPage, .missing, request) { MissingListPage(catalogue) }
    }
    do {
      return try missingPage(parameters, request)
    } catch let problem as Problem where problem.status == .badRequest {
      let catalogue = service.catalogue
      return try refused(problem, .missing, request) {
        var page = MissingListPage(catalogue, product: try parameters.shortValue("product"))
        page.form.reported = try parameters.shortValue("reported") ?? ""
        page.refusal = problem.detail
        return page
      }
    }
  }

  private func missingPage(
    _ parameters: QueryParameters, _ request: Request
  ) throws -> Reception {
    let service = service
    let machine: MachineLevel
    let query: SearchQuery
    do {
      machine = try MachineLevel(parameters, service.catalogue)
      query = try SearchQuery.asked(try parameters.value("q") ?? "")
    } catch let error as MachineLevel.Failure {
      throw Problem(.badRequest, "\(error)")
    } catch let error as SearchQuery.Failure {
      throw Problem(.badRequest, "\(error)")
    }
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
  func page(_ template: PageTemplate, _ model: Any, _ store: ArticleStore) -> Document {
    Document(
      files.render(template, model), mediaType: Representation.html.mediaType,
      modified: modified(store), fields: .page)
  }
}
