import ArticleStore
import Bytes
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  /// `GET /v1/vulns/{id}`.
  func osvVulnerability() -> Answer {
    .cached(.json) { store in
      guard let article = try OSVPackage.article(of: self["id"]).flatMap({ try store.article($0) }),
        let vulnerability = OSVVulnerability(article, catalogue: service.catalogue)
      else { throw Problem(.notFound, "There is no vulnerability of this id.") }
      return Document(
        try JSON.encoded(vulnerability), mediaType: Representation.json.mediaType,
        modified: modified)
    }
  }

  /// Refuses a body that is too long by what it says of itself: the wire, which refuses the others,
  /// doesn't know how OSV.dev tells it.
  private func osvBody() throws(Problem) -> UploadBody {
    let length = request.fields[.contentLength].flatMap { Int($0) } ?? 0
    guard length <= OSVQuery.bytesMax else {
      throw Problem(.contentTooLarge, "A query or a batch has at most \(OSVQuery.bytesMax) bytes.")
    }
    return try UploadBody(request.fields, bytesMax: OSVQuery.bytesMax)
  }

  /// `POST /v1/query`: the records of the articles.
  func osvQuery() throws -> Answer {
    let body = try osvBody()
    return .collect(limit: OSVQuery.bytesMax) { [service] bytes, _ in
      let query = try OSVQuery.decoded(OSVQuery.self, try body.decoded(bytes).joined)
      let question = try OSVQuestion(query, service.catalogue)
      let cursor = try OSVPage.cursor(query.pageToken)
      return try service.knowledgeBase.withStore { store in
        let page = try OSVPage(question, cursor, store)
        let vulnerabilities = try store.articlesWithoutText(page.articles.map(\.id)).compactMap {
          OSVVulnerability($0, catalogue: service.catalogue)
        }
        return try Response.json(OSVResult(vulns: vulnerabilities, nextPageToken: page.next))
      }
    }
  }

  /// `POST /v1/querybatch`: ids and times for each query, in their order.
  func osvQueryBatch() throws -> Answer {
    struct Results: Encodable {
      var results: [OSVResult<OSVPage.Item>]
    }
    let body = try osvBody()
    return .collect(limit: OSVQuery.bytesMax) { [service] bytes, cancellation in
      let batch = try OSVQuery.decoded(OSVQuery.Batch.self, try body.decoded(bytes).joined)
      guard batch.queries.count <= OSVQuery.Batch.queriesMax else {
        throw Problem(.badRequest, "A batch has at most \(OSVQuery.Batch.queriesMax) queries.")
      }
      let questions = try batch.queries.map { query in
        (query, try OSVQuestion(query, service.catalogue), try OSVPage.cursor(query.pageToken))
      }
      return try service.knowledgeBase.withStore { store in
        // A fleet asks the same for many machines.
        var answered: [OSVQuery: OSVResult<OSVPage.Item>] = [:]
        let results = try questions.map { query, question, cursor in
          if let result = answered[query] { return result }
          if cancellation.isCancelled { throw Problem.cancelled }
          let page = try OSVPage(question, cursor, store)
          let result = OSVResult(vulns: page.articles, nextPageToken: page.next)
          answered[query] = result
          return result
        }
        return try Response.json(Results(results: results))
      }
    }
  }
}

/// The answer to one query. Without a match it is the empty object.
private struct OSVResult<Item: Encodable>: Encodable {
  var vulns: [Item]
  var nextPageToken: String?

  private enum CodingKeys: String, CodingKey {
    case vulns
    case nextPageToken = "next_page_token"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if !vulns.isEmpty { try container.encode(vulns, forKey: .vulns) }
    try container.encodeIfPresent(nextPageToken, forKey: .nextPageToken)
  }
}

/// A part of the articles that answer a question, at most a hundred.
private struct OSVPage {
  struct Item: Encodable {
    var id: ArticleID
    var date: CivilDate

    private enum CodingKeys: String, CodingKey {
      case id, modified
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(OSVPackage.id(of: id), forKey: .id)
      try container.encode(OSVPackage.modified(date), forKey: .modified)
    }
  }

  var articles: [Item] = []
  var next: String?

  init(_ question: OSVQuestion, _ cursor: PageCursor?, _ store: ArticleStore) throws {
    switch question {
    case .nothing: break
    case .all(let product):
      let page = try store.articles(withRulesFor: product.id, cursor: cursor)
      articles = page.items.map { Item(id: $0.id, date: $0.date) }
      next = page.next?.description
    case .affected(let machine):
      let page = try store.missing(
        product: machine.product.id, at: machine.level, limit: PageRequest.limits.upperBound,
        cursor: cursor)
      articles = page.items.map { Item(id: $0.id, date: $0.date) }
      next = page.next?.description
    }
  }

  /// The place that a page token means; none for an empty one.
  static func cursor(_ token: String?) throws(Problem) -> PageCursor? {
    guard let token, !token.isEmpty else { return nil }
    guard let cursor = PageCursor(token) else { throw .invalidCursor }
    return cursor
  }
}
