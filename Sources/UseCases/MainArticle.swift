public import ArticleStore
public import KnowledgeBase

/// The article that this program is about: diagnoses look for its bug, and forms begin with it.
extension Article {
  /// Its number.
  public static let main = Article.q179827.id
}

extension ArticleStore {
  /// The article as the knowledge base has it, else as the program brings it.
  ///
  /// - Throws: `StorageError`.
  public func mainArticle() throws -> Article { try article(Article.main) ?? .q179827 }
}
