import ArticleStore
import Bytes
import HTTPTypes
import KnowledgeBase
import Web

/// What a search looks for and what it is narrowed down to, from the API or from a form. In forms a
/// field that was left empty counts as missing.
struct ListFilters {
  var query: SearchQuery
  var filters: SearchFilters

  init(_ parameters: QueryParameters, _ catalogue: ProductCatalogue) throws {
    query = try SearchQuery.asked(try parameters.value("q") ?? "")
    filters = SearchFilters(
      product: try Self.product(parameters, catalogue)?.id,
      group: try Self.text("group", parameters), year: try Self.year(parameters),
      fixedIn: try Self.level(parameters), keyword: try Self.text("keyword", parameters))
  }

  /// The parameters that ask for the same again; `cursor` leads to the next part.
  func parameters(cursor: PageCursor? = nil) -> [(name: String, value: String?)] {
    [
      ("q", query.text.isEmpty ? nil : query.text), ("product", filters.product?.rawValue),
      ("group", filters.group), ("year", filters.year.map { "\($0)" }),
      ("fixed_in", filters.fixedIn?.id), ("keyword", filters.keyword),
      ("cursor", cursor?.description),
    ]
  }

  /// The product of the parameter `product`; nil if it is missing or empty.
  static func product(
    _ parameters: QueryParameters, _ catalogue: ProductCatalogue
  ) throws(Problem) -> Product? {
    guard let name = try text("product", parameters) else { return nil }
    guard let product = catalogue.product(named: name) else {
      throw Problem(
        .badRequest, "No product has this name; \(Route.products.path()) lists the names.")
    }
    return product
  }

  private static func text(
    _ name: String, _ parameters: QueryParameters
  ) throws(Problem) -> String? {
    try parameters.shortValue(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func year(_ parameters: QueryParameters) throws(Problem) -> Int? {
    guard let text = try text("year", parameters) else { return nil }
    guard let year = Int(text), CivilDate.years.contains(year) else {
      throw Problem(.badRequest, "year is a year such as 1998.")
    }
    return year
  }

  private static func level(_ parameters: QueryParameters) throws(Problem) -> ServicePack? {
    guard let text = try text("fixed_in", parameters) else { return nil }
    guard let level = ServicePack(rawValue: text) else {
      throw Problem(.badRequest, "fixed_in is a level such as SP4 or SP6a.")
    }
    return level
  }
}
