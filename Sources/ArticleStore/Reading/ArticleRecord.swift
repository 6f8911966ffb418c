import Bytes
import KnowledgeBase

/// An article as its rows hold it: all that can be made of it without the database, so that the
/// threads that parse do this work and not the one that writes.
struct ArticleRecord: Sendable {
  let article: Article
  let date: String
  let appliesTo: String
  let keywords: String
  let technology: String
  let queryWords: String
  let fields: String
  let text: SearchableText
  let rules: Rules

  /// What follows from the article's fix rules. Its facets do in part, and are written with them.
  struct Rules: Sendable {
    let spans: [AffectedSpan]
    /// In an order of their own, so that the same archive makes the same file.
    let facets: [ArticleFacet]

    init(of article: Article, products: [ProductID]) {
      spans = AffectedSpan.spans(of: article.fixes)
      facets = ArticleFacet.all(of: article, products: products)
    }
  }

  init(_ article: Article) {
    self.init(article, products: ProductCatalogue.builtIn.products(appliedTo: article.appliesTo))
  }

  /// - Parameter products: Those of the catalogue that the article applies to.
  init(_ article: Article, products: [ProductID]) {
    self.article = article
    date = article.date.description
    appliesTo = ArticleLists.text(article.appliesTo)
    keywords = ArticleLists.text(article.keywords)
    technology = ArticleLists.text(article.technology)
    queryWords = ArticleLists.text(article.queryWords)
    fields = ArticleLists.text(article.fields)
    text = SearchableText(
      title: article.title, words: queryWords + keywords + appliesTo,
      headings: ArticleLists.text(article.sections.map(\.heading)),
      text: ArticleSections.text(article.sections))
    rules = Rules(of: article, products: products)
  }
}
