import KnowledgeBase
import SQLite

extension UnreadableRow {
  init(table: String, number: Int) { self.init(table: table, name: "Q\(number)") }

  init(table: String, article: ArticleID) { self.init(table: table, number: article.number) }
}
