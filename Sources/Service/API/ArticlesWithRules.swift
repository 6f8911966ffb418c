import KnowledgeBase
import Storage

extension ArticleStore {
  /// The articles that have a fix rule for a product, a part at a time. A part may hold few of them,
  /// or none, and still have a next one.
  ///
  /// - Throws: `StorageError`; `InvalidCursor`.
  func articles(
    withRulesFor product: ProductID, cursor: PageCursor? = nil
  ) throws -> (articles: [Article], next: PageCursor?) {
    let page = try search(
      try SearchQuery(""), filters: SearchFilters(product: product), limit: Self.pageMax,
      cursor: cursor)
    let articles = try page.items.compactMap { try article($0.id) }
      .filter { article in article.fixes.contains { $0.product == product } }
    return (articles, page.next)
  }
}
