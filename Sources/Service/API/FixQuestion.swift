import Bytes
import HTTPTypes
import KnowledgeBase
import Web

/// The parameters of a fix question, from the API or from a form.
struct FixQuestion {
  /// Nil if no product is named: then the matrix of all products and levels is asked for.
  var query: FixQuery?
  /// All parameters that decide over the answer.
  var cacheKey: [String?]

  init(_ parameters: QueryParameters) throws(Problem) {
    let product = try parameters.shortValue("product")
    let level = try parameters.shortValue("service_pack")
    let date = try Self.kernelDate(parameters)
    let version = try parameters.shortValue("kernel_version")
    cacheKey = [product, level, date?.description, version]
    guard let product else {
      guard level == nil, date == nil, version == nil else {
        throw Problem(.badRequest, "A level alone means nothing: the parameter product is missing.")
      }
      query = nil
      return
    }
    query = FixQuery(
      product: product, servicePack: level, kernelDate: date, kernelVersion: version)
  }

  /// The answer; a level that the product never had is the client's mistake.
  func answer(
    _ query: FixQuery, _ article: Article, _ catalogue: ProductCatalogue
  ) throws(Problem) -> FixVerdict {
    do throws(UnknownLevelError) {
      return try FixCheck(article, catalogue: catalogue).verdict(query)
    } catch {
      throw Problem(.badRequest, "\(error).")
    }
  }

  /// The parameter `kernel_date`; nil if it is missing or empty, as forms send it.
  static func kernelDate(_ parameters: QueryParameters) throws(Problem) -> CivilDate? {
    guard let text = try parameters.shortValue("kernel_date"), !text.isEmpty else { return nil }
    guard let date = CivilDate(iso8601: text) else {
      throw Problem(.badRequest, "kernel_date is a date such as 1997-12-05.")
    }
    return date
  }
}
