import KnowledgeBase

/// `/`: look an article up, check a level, upload a log.
struct HomePage {
  var title = "Is this machine fixed?"
  var articles: String
  var article: String
  var articleTitle: String
  var articlePath: String
  var form: FormChoices

  init(article: Article, articleCount: Int, catalogue: ProductCatalogue) {
    articles = articleCount == 1 ? "1 article" : "\(articleCount) articles"
    self.article = article.id.description
    articleTitle = article.title
    articlePath = Route.article(article.id.description).path
    form = FormChoices(catalogue)
  }
}
