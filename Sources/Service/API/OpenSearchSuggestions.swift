import ArticleStore
import KnowledgeBase

/// Suggestions as browsers ask for them (OpenSearch Suggestions 1.1): an array of the text, of
/// completions, of their descriptions and of their addresses.
struct OpenSearchSuggestions: Encodable {
  static let mediaType = "application/x-suggestions+json"

  var text: String
  var items: [SearchSuggestion]
  /// Scheme and authority of this service; addresses are absolute.
  var origin: String

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(text)
    try container.encode(items.map(\.title))
    try container.encode(items.map(\.id))
    try container.encode(items.map { origin + Route.article.path($0.id.description) })
  }
}
