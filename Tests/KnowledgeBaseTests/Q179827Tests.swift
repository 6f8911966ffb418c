import Bytes
import KnowledgeBase
import Testing

@Suite("The built-in article")
struct Q179827Tests {
  @Test("has every fact of the original")
  func facts() {
    let article = Article.q179827
    #expect(article.id.description == "Q179827")
    #expect(article.date.description == "2001-08-09")
    #expect(article.appliesTo.count == 3)
    #expect(article.technology.count == 10)
    #expect(article.links.map(\.id.description) == ["Q152734"])
    #expect(article.sections.map(\.heading) == ["SYMPTOMS", "CAUSE", "RESOLUTION", "STATUS"])
    #expect(article.sections.contains { $0.text.contains("65,535") })
    #expect(article.sections.contains { $0.text.contains("Attachmate Extra 6.3") })
    #expect(article.source == .restated)
  }

  @Test("is printed with all of its facts and within 79 columns")
  func plainText() {
    let text = Article.q179827.plainText
    for fact in [
      "Q179827", "09-AUG-2001", "[winnt]", "kbWinNT400sp4fix", "Terminal Server Edition",
      "Q152734", "SYMPTOMS\n========", "kbbug", "kbNTTermServSearch", "WinNT:4.0",
    ] {
      #expect(text.contains(fact), "\(fact)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 79 || !$0.contains(" ") })
    #expect(text.hasSuffix("\n"))
  }
}
