import ArticleStore
import Foundation
import HTTPTypes
import HTTPWire
import KnowledgeBase
import UseCases
import Web

extension Call {
  /// `GET /api/v1/vex`: one statement for each article that has a rule for the product. Without a
  /// level nothing is known of any.
  func vex() throws -> Answer {
    guard let product = try ListFilters.product(query, service.catalogue) else {
      throw Problem(.badRequest, "The parameter product is missing.")
    }
    let words = try query.shortValue("service_pack")
    let level = try words.map { try MachineLevel(product, level: $0).level }
    let machine = try FixMachine(
      FixQuery(product: product.id.rawValue, servicePack: words), catalogue: service.catalogue)
    return .document { [service] store, cancellation in
      var statements: [OpenVEX.Statement] = []
      var cursor: PageCursor?
      repeat {
        if cancellation.isCancelled { throw Problem.cancelled }
        let part = try store.articles(withRulesFor: product.id, cursor: cursor)
        let articles = try store.articlesWithoutText(
          part.items.map(\.id), rulesFor: product.id)
        for article in articles {
          let answer = FixCheck(article, catalogue: service.catalogue).verdict(machine)
          statements.append(.init(article, answer, of: product, at: level))
        }
        cursor = part.next
      } while cursor != nil
      guard !statements.isEmpty else {
        throw Problem(.notFound, "No article of this knowledge base has a rule for this product.")
      }
      let document = OpenVEX(
        statements: statements, timestamp: Self.rfc3339(unixSeconds: store.modified))
      return Document(
        try JSON.encoded(document), mediaType: Representation.json.mediaType,
        modified: service.modified(store))
    }
  }

  /// `2026-11-22T08:15:00Z`.
  private static func rfc3339(unixSeconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(unixSeconds)).formatted(.iso8601)
  }
}
