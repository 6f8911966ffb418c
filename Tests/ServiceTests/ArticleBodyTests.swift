import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

@Suite("The text of an article on its page")
struct ArticleBodyTests {
  private func page(_ id: String) throws -> String {
    try TestClient(articles: [.q179827] + TestArchive.articles).get("/kb/\(id)").text
  }

  @Test("sections and sub-headings have permanent links, each its own")
  func anchors() throws {
    let text = try page("Q100002")
    for anchor in ["more-information", "sub-heading-one", "more-information-2"] {
      #expect(text.contains("id=\"\(anchor)\"") && text.contains("href=\"#\(anchor)\""))
    }
    #expect(text.contains("<p>Words before the first heading.</p>"))
    #expect(text.contains("<p>First paragraph of two lines.</p>"))
    #expect(text.contains("<p>2. Do that and go on.</p>"))
    #expect(text.contains("<p class=\"indented\">Under the item.</p>"))
    #expect(!text.contains("\n---------------\n"))
  }

  @Test("a table keeps its blanks")
  func table() throws {
    #expect(
      try page("Q100002").contains(
        "<pre>   Name      Value\n   -------------------\n   Handles   65535</pre>"))
  }

  @Test("links lead only to articles that are present, and back")
  func links() throws {
    let text = try page("Q259042")
    #expect(text.contains(#"See <a href="/kb/Q179827">Q179827</a> and Q999999, not XQ179827."#))
    #expect(!text.contains("/kb/Q999999"))
    #expect(
      try page("Q179827").contains(
        #"<a href="/kb/Q259042">Q259042</a> <bdi>Handle leak in the logon process</bdi>"#))
  }

  @Test(
    "text is taken apart at empty lines, items and tables",
    arguments: [
      ("", 0), ("one", 1), ("one\ntwo", 1), ("one\n\n\n \ntwo", 2), ("- a\n- b\n  c\n* d", 3),
      ("1. a\n2.    b", 2), ("a   b\nc   d\n\ne   f", 1), ("10) x\n11) y", 2), ("-", 1),
    ])
  func blocks(text: String, count: Int) {
    #expect(TextBlock.blocks(of: text).count == count)
  }
}
