import ArticleStore
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  /// `GET /api/v1/articles`: search, or the whole list by filters.
  func articles() throws -> Answer {
    let list = try ListFilters(query, service.catalogue)
    let part = try PageRequest(query)
    return .document { [service] store, _ in
      let page = try store.search(
        list.query, filters: list.filters, limit: part.limit, cursor: part.cursor)
      let isEmpty = page.items.isEmpty && part.cursor == nil
      let document = SearchDocument(
        items: page.items, next: page.next?.description, ranked: page.ranked,
        facets: try store.facets(list.query, filters: list.filters),
        didYouMean: isEmpty ? try store.spelling(of: list.query) : nil)
      var next = list.parameters(cursor: page.next)
      next.append(("limit", "\(part.limit)"))
      return Document(
        try JSON.encoded(document), mediaType: Representation.json.mediaType,
        modified: service.modified(store), fields: .next(Route.articles.path(), next))
    }
  }

  /// `GET /api/v1/suggestions`: what the text may become, while somebody types. For browsers
  /// `format=opensearch` gives the form that OpenSearch's suggestions have.
  func suggestions() throws -> Answer {
    let text = try query.shortValue("q") ?? ""
    let part = try PageRequest(query)
    let format = try query.shortValue("format") ?? "json"
    guard ["json", "opensearch"].contains(format) else {
      throw Problem(.badRequest, "format is json or opensearch.")
    }
    let origin = request.fields.serverOrigin ?? ""
    return .document { [service] store, _ in
      let items = try store.suggestions(for: text, limit: part.isExplicit ? part.limit : 10)
      let modified = service.modified(store)
      guard format == "opensearch" else {
        return Document(
          try JSON.encoded(ListPage(items: items)), mediaType: Representation.json.mediaType,
          modified: modified)
      }
      return Document(
        try JSON.encoded(OpenSearchSuggestions(text: text, items: items, origin: origin)),
        mediaType: OpenSearchSuggestions.mediaType, modified: modified,
        negotiated: ["Host", "X-Forwarded-Proto"])
    }
  }
}

/// The answer of a search.
private struct SearchDocument: Encodable {
  var items: [SearchHit]
  var next: String?
  /// How many of the hits were ranked, where not all were.
  var ranked: Int?
  var facets: SearchFacets
  /// The query with one word mended, where nothing was found.
  var didYouMean: String?

  private enum CodingKeys: String, CodingKey {
    case items, next, ranked, facets
    case didYouMean = "did_you_mean"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(items, forKey: .items)
    try container.encode(next, forKey: .next)
    try container.encodeIfPresent(ranked, forKey: .ranked)
    try container.encode(facets, forKey: .facets)
    try container.encode(didYouMean, forKey: .didYouMean)
  }
}
