import ArticleStore
import Diagnosis
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  /// `/check`: the form, and the answer once a product is chosen.
  func check() throws -> Answer {
    let query = request.machineQuery
    let name = try query.value("article").flatMap { $0.isEmpty ? nil : $0 }
    let article = name ?? Article.main.description
    let reported = try query.shortValue("reported")
    let catalogue = service.catalogue
    let question: FixQuestion
    do throws(Problem) {
      question = try FixQuestion(query, catalogue)
    } catch {
      guard error.status == .badRequest else { throw error }
      let product = try query.shortValue("product").map { FixQuery(product: $0) }
      return try refused(error, .check) { store in
        CheckPage(
          try store.article(named: article), catalogue: catalogue, query: product,
          refusal: error.detail, reported: reported)
      }
    }
    return .cached(.html, query: [article, reported] + question.cacheKey) { store in
      let article = try store.article(named: article)
      let answer = question.machine.map {
        FixCheck(article, catalogue: catalogue).verdict($0)
      }
      let model = CheckPage(
        article, catalogue: catalogue, query: question.query, answer: answer,
        present: try store.present(of: article.linkedFrom.map(\.id)), reported: reported)
      return Document(
        service.files.render(.check, model), mediaType: Representation.html.mediaType,
        modified: modified, fields: .page)
    }
  }

  /// `/simulate`: the form, and the simulation once there are numbers.
  func simulatePage() throws -> Answer {
    let form = try SimulationQuery(query)
    guard form.isAsked else { return page(.simulate) { _ in SimulatePage(form) } }
    do throws(Problem) {
      let numbers = try form.parameters()
      return .document { [service] store, _ in
        let report = try simulate(
          numbers, article: try store.mainArticle(), catalogue: service.catalogue,
          product: ProductID.server.rawValue)
        return service.page(.simulate, SimulatePage(form, report: report), store)
      }
    } catch {
      return try refused(error, .simulate) { _ in SimulatePage(form, refusal: error.detail) }
    }
  }

  /// A form that can't be answered as it was filled in comes back with the reason.
  func refused(
    _ problem: Problem, _ template: PageTemplate, model: @escaping (ArticleStore) throws -> Any
  ) throws -> Answer {
    let offered: [Representation] = [.html, .json]
    guard ContentNegotiation.preferred(request.fields[.accept], of: offered) == .html else {
      throw problem
    }
    var fields = HTTPFields.page
    fields[.contentType] = Representation.html.mediaType
    fields[.cacheControl] = "no-store"
    return .reading { [fields] store in
      .response(
        Response(
          status: problem.status, fields: fields,
          body: service.files.render(template, try model(store))))
    }
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
