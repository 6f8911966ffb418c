import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  func articleRecord() -> Answer {
    json { store in try store.article(named: self["id"]) }
  }

  func fix() throws -> Answer {
    let id = self["id"]
    let catalogue = service.catalogue
    let question = try FixQuestion(query, catalogue)
    guard let machine = question.machine else {
      return json { store in
        let article = try store.article(named: id)
        return Matrix(
          article: article.id, items: FixCheck(article, catalogue: catalogue).matrix())
      }
    }
    return json(query: question.cacheKey) { store in
      FixCheck(try store.article(named: id), catalogue: catalogue).verdict(machine)
    }
  }

  func products() -> Answer {
    json { _ in ListPage(items: service.catalogue.products) }
  }

  private func json(
    query: [String?] = [], value: @escaping (ArticleStore) throws -> some Encodable
  ) -> Answer {
    .cached(.json, query: query) { store in
      Document(
        try JSON.encoded(try value(store)), mediaType: Representation.json.mediaType,
        modified: modified)
    }
  }
}

/// Every product and level of one article.
private struct Matrix: Encodable {
  var article: ArticleID
  var items: [FixVerdict]
}
