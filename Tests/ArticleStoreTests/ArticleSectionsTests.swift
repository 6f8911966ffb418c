import Bytes
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("Sections as two texts")
struct ArticleSectionsTests {
  private static func section(_ heading: String, _ text: String) -> Article.Section {
    Article.Section(heading: heading, text: text)
  }

  private static func roundTrip(_ sections: [Article.Section]) -> [Article.Section]? {
    ArticleSections.sections(
      headings: ArticleLists.text(sections.map(\.heading)), text: ArticleSections.text(sections))
  }

  @Test(
    "sections come back as they were",
    arguments: [
      [], [section("", "")], [section("", "A text.\n\nIts end.")],
      [section("CAUSE", ""), section("", "é 中"), section("CAUSE", "")],
    ])
  func roundTrip(_ sections: [Article.Section]) {
    #expect(Self.roundTrip(sections) == sections)
  }

  @Test("a form feed within a text becomes a space, so that it parts nothing")
  func formFeed() {
    let sections = [Self.section("A", "one\u{0C}two"), Self.section("B", "\u{0C}")]
    #expect(
      Self.roundTrip(sections) == [Self.section("A", "one two"), Self.section("B", " ")])
  }

  @Test("texts that don't belong together are refused")
  func mismatch() {
    #expect(ArticleSections.sections(headings: "", text: "a") == nil)
    #expect(ArticleSections.sections(headings: "A\nB\n", text: "a") == nil)
    #expect(ArticleSections.sections(headings: "A\n", text: "a\u{0C}b") == nil)
  }
}
