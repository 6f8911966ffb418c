import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension ServiceHandler {
  mutating func articleRecord(_ id: String, _ request: Request) throws -> Reception {
    let store = store
    return try json(.articleRecord(id), request: request) { try store.article(named: id) }
  }

  mutating func fix(
    _ id: String, _ parameters: QueryParameters, _ request: Request
  ) throws -> Reception {
    let question = try FixQuestion(parameters)
    let (store, catalogue) = (store, service.catalogue)
    guard let query = question.query else {
      return try json(.fix(id), request: request) {
        let article = try store.article(named: id)
        return Matrix(
          article: article.id, items: FixCheck(article, catalogue: catalogue).matrix())
      }
    }
    return try json(.fix(id), query: question.cacheKey, request: request) {
      try question.answer(query, try store.article(named: id), catalogue)
    }
  }

  mutating func products(_ request: Request) throws -> Reception {
    let catalogue = service.catalogue
    return try json(.products, request: request) { ListPage(items: catalogue.products) }
  }

  private mutating func json(
    _ route: Route, query: [String?] = [], request: Request, value: () throws -> some Encodable
  ) throws -> Reception {
    let modified = modified
    return try cached(route, .json, query: query, for: request) {
      Document(
        try JSON.encoded(try value()), mediaType: Representation.json.mediaType,
        modified: modified)
    }
  }
}

/// Every product and level of one article.
private struct Matrix: Encodable {
  var article: ArticleID
  var items: [FixVerdict]
}
