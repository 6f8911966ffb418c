import HTTPTypes
import KnowledgeBase
import UseCases
import Web

extension MachineLevel {
  /// From the parameters `product` and `service_pack`.
  ///
  /// - Throws: `Problem` (400), `Failure`.
  init(_ parameters: QueryParameters, _ catalogue: ProductCatalogue) throws {
    guard let product = try ListFilters.product(parameters, catalogue) else {
      throw Problem(.badRequest, "The parameter product is missing.")
    }
    guard let words = try parameters.shortValue("service_pack") else {
      throw Problem(.badRequest, "The parameter service_pack is missing.")
    }
    try self.init(product, level: words)
  }
}
