import Bytes
import HTTPTypes
import KnowledgeBase
import Web

/// The parameters of a fix question, from the API or from a form.
struct FixQuestion {
  /// Nil if no product is named: then the matrix of all products and levels is asked for.
  let query: FixQuery?
  /// The product and the level that the query names.
  let machine: FixMachine?
  /// All parameters that decide over the answer.
  let cacheKey: [String?]

  /// - Throws: `Problem` (400): a level that the product never had is the client's mistake.
  init(_ parameters: QueryParameters, _ catalogue: ProductCatalogue) throws(Problem) {
    let product = try parameters.shortValue("product")
    let level = try parameters.shortValue("service_pack")
    let date = try Self.kernelDate(parameters)
    let version = try parameters.shortValue("kernel_version")
    cacheKey = [product, level, date?.description, version]
    guard let product else {
      guard level == nil, date == nil, version == nil else {
        throw Problem(.badRequest, "A level alone means nothing: the parameter product is missing.")
      }
      (query, machine) = (nil, nil)
      return
    }
    let query = FixQuery(
      product: product, servicePack: level, kernelDate: date, kernelVersion: version)
    self.query = query
    do throws(UnknownLevelError) {
      machine = try FixMachine(query, catalogue: catalogue)
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
