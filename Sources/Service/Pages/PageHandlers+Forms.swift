import ArticleStore
import Diagnosis
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension ServiceHandler {
  /// `/check`: the form, and the answer once a product is chosen.
  mutating func check(_ request: Request) throws -> Reception {
    let query = request.machineQuery
    let name = try query.value("article").flatMap { $0.isEmpty ? nil : $0 }
    let article = name ?? Article.main.description
    let reported = try query.shortValue("reported")
    let (service, store, modified) = (service, store, modified)
    do {
      let question = try FixQuestion(query)
      return try cached(
        .check, .html, query: [article, reported] + question.cacheKey, for: request
      ) {
        let article = try store.article(named: article)
        let answer = try question.query.map {
          try question.answer($0, article, service.catalogue)
        }
        let model = CheckPage(
          article, catalogue: service.catalogue, query: question.query, answer: answer,
          present: try store.present(of: article.linkedFrom.map(\.id)), reported: reported)
        return Document(
          service.files.render(.check, model), mediaType: Representation.html.mediaType,
          modified: modified, fields: .page)
      }
    } catch let problem as Problem where problem.status == .badRequest {
      return try refused(problem, .check, request) {
        CheckPage(
          try store.article(named: article), catalogue: service.catalogue,
          query: try query.shortValue("product").map { FixQuery(product: $0) },
          refusal: problem.detail, reported: reported)
      }
    }
  }

  /// `/simulate`: the form, and the simulation once there are numbers.
  mutating func simulatePage(
    _ parameters: QueryParameters, _ request: Request
  ) throws -> Reception {
    let form = try SimulationQuery(parameters)
    guard form.isAsked else {
      return try page(.simulate, .simulate, request) { SimulatePage(form) }
    }
    do throws(Problem) {
      let numbers = try form.parameters()
      let service = service
      return work(.simulate, request) { store, _ in
        let report = try simulate(
          numbers, article: try store.mainArticle(), catalogue: service.catalogue,
          product: ProductID.server.rawValue)
        return service.page(.simulate, SimulatePage(form, report: report), store)
      }
    } catch {
      return try refused(error, .simulate, request) {
        SimulatePage(form, refusal: error.detail)
      }
    }
  }

  /// A form that can't be answered as it was filled in comes back with the reason.
  func refused(
    _ problem: Problem, _ template: PageTemplate, _ request: Request, model: () throws -> Any
  ) throws -> Reception {
    let offered: [Representation] = [.html, .json]
    guard ContentNegotiation.preferred(request.fields[.accept], of: offered) == .html else {
      throw problem
    }
    var fields = HTTPFields.page
    fields[.contentType] = Representation.html.mediaType
    fields[.cacheControl] = "no-store"
    return .respond(
      Response(
        status: problem.status, fields: fields, body: service.files.render(template, try model())))
  }
}

extension Request {
  /// The query of a form with a machine in it. What was pasted from the machine counts instead of the
  /// level that was chosen from the list.
  var machineQuery: QueryParameters {
    let reported = query.filter { $0.name == "reported" }
    guard reported.count == 1, let words = reported.first?.value,
      words.contains(where: { !$0.isWhitespace })
    else { return QueryParameters(query) }
    return QueryParameters(
      query.filter { $0.name != "service_pack" }
        + [QueryItem(name: "service_pack", value: words)])
  }
}
