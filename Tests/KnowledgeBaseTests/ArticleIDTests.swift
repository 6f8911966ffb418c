import KnowledgeBase
import Testing

@Suite("Numbers of articles")
struct ArticleIDTests {
  @Test(
    "an article's number is read in all its spellings",
    arguments: ["Q179827", "q179827", "KB179827", "kb179827", "179827"])
  func articleID(text: String) {
    #expect(ArticleID(text)?.description == "Q179827")
  }

  @Test(
    "what is no article's number is refused before anything is asked",
    arguments: [
      "", "Q", "KB", "Q0", "Q0179827", "QQ1", "Q-1", "Q1.5", "Q1 ", "Q1'; DROP TABLE article",
      "Q1\0", "Q١٢٣", "12345678", "99999999999999999999",
    ])
  func notAnArticle(text: String) {
    #expect(ArticleID(text) == nil)
  }
}
