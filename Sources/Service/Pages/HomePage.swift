import ArticleStore
import KnowledgeBase
import Web

/// `/`: ask, check a level, upload a log, and what is in this knowledge base.
struct HomePage {
  /// A link that shows what can be asked.
  struct Example {
    var text: String
    var path: String
  }

  var title = "Is this machine fixed?"
  var article: String
  var articleTitle: String
  var articlePath: String
  var ladder: FixLadder?
  var form: FormChoices
  var examples: [Example]
  var contents: KnowledgeBaseContents

  init(article: Article, facets: SearchFacets, catalogue: ProductCatalogue) {
    self.article = article.id.description
    articleTitle = article.title
    articlePath = Route.article.path(article.id.description)
    ladder = catalogue[.server].map {
      FixLadder($0, check: FixCheck(article, catalogue: catalogue))
    }
    form = FormChoices(catalogue, of: article)
    examples = [
      Example(text: article.id.description, path: articlePath),
      Self.search("is NT 4 SP3 affected?"), Self.search("handle leak"),
    ]
    contents = KnowledgeBaseContents(facets, catalogue: catalogue)
  }

  private static func search(_ text: String) -> Example {
    Example(text: text, path: Target(Route.search.path(), [("q", text)]).text)
  }
}
