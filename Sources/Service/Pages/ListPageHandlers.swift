import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  /// `/kb?q=`: an article's number leads to the article, anything else is searched for.
  func search() throws -> Answer {
    let text = try query.value("q") ?? ""
    let number = ArticleID(text.split(separator: " ").joined())
    let question = MachineQuestion(text, catalogue: service.catalogue)
    return .reading { store in
      if let number, try store.present(of: [number]).contains(number) {
        let path = Route.article.path(number.description)
        return .response(.redirect(to: path, status: .seeOther))
      }
      if let question, question.isQuestion {
        let target = question.target(mainArticle: try store.mainArticle())
        return .response(.redirect(to: target.text, status: .seeOther))
      }
      return try results(number, question)
    }
  }

  private func results(_ number: ArticleID?, _ question: MachineQuestion?) throws -> Answer {
    let list = try ListFilters(query, service.catalogue)
    let part = try PageRequest(query)
    return .document { [service] store, _ in
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
  func missingPage() throws -> Answer {
    let parameters = request.machineQuery
    let level = try parameters.shortValue("service_pack")
    guard try parameters.shortValue("product") != nil, level != nil,
      level != FormChoices.unknownLevel
    else {
      // There is no list yet, but a part of it that can't be is told all the same.
      _ = try PageRequest(parameters)
      let catalogue = service.catalogue
      return page(.missing) { _ in MissingListPage(catalogue) }
    }
    do {
      return try missingPage(parameters)
    } catch let problem as Problem where problem.status == .badRequest {
      let catalogue = service.catalogue
      return try refused(problem, .missing) { _ in
        var page = MissingListPage(catalogue, product: try parameters.shortValue("product"))
        page.form.reported = try parameters.shortValue("reported") ?? ""
        page.refusal = problem.detail
        return page
      }
    }
  }

  private func missingPage(_ parameters: QueryParameters) throws -> Answer {
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
    return .document { [service] store, _ in
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
