import ArticleStore
import HTTPTypes
import KnowledgeBase
import Web

extension ArticleStore {
  /// The article of a path's or a form's text.
  ///
  /// - Throws: `Problem` (404) if the text is no article's number, or the knowledge base doesn't
  ///   have it; `StorageError`.
  func article(named text: String) throws -> Article {
    guard let id = ArticleID(text), let article = try article(id) else {
      throw Problem(.notFound, "This knowledge base has no article of that number.")
    }
    return article
  }
}
