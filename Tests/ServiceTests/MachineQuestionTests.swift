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

@Suite("Questions about a machine in the search box")
struct MachineQuestionTests {
  @Test(
    "a question names a product and a level",
    arguments: [
      ("is NT 4 SP3 affected", "windows-nt-server-4.0", "SP3", nil),
      (
        "Is Windows NT Workstation 4.0 with Service Pack 4 fixed?", "windows-nt-workstation-4.0",
        "SP4", nil
      ),
      (
        "is my nt4 terminal server sp 5 vulnerable?", "windows-nt-server-4.0-terminal-server",
        "SP5",
        nil
      ),
      ("is SP6a affected by Q179827?", "windows-nt-server-4.0", "SP6a", 179_827),
      ("is exchange 5.5 service pack two affected", "exchange-server-5.5", "SP2", nil),
      ("is nt 4.0 rtm affected by kb259042", "windows-nt-server-4.0", "RTM", 259_042),
      ("office 97 sr-1 affected?", "office-97", "SR-1", nil),
    ] as [(String, String, String, Int?)])
  func questions(text: String, product: String, level: String, article: Int?) throws {
    let question = try #require(MachineQuestion(text, catalogue: .builtIn))
    #expect(question.isQuestion)
    #expect(question.product.id.rawValue == product)
    #expect(question.level.id == level)
    #expect(question.article?.number == article)
  }

  @Test(
    "other words are searched for",
    arguments: [
      "", "?", "handle leak", "is NT 4 affected", "is NT affected by sp3 and sp4", "NT SP3",
      "is the printer on NT 4 SP3 affected", "is NT 4 SP9 affected", "sp99999999", "service pack",
      "is terminal server sp6a affected", String(repeating: "is sp3 ", count: 100), "sp", "nt",
    ])
  func words(text: String) {
    #expect(MachineQuestion(text, catalogue: .builtIn) == nil)
  }

  @Test("a product and a level without a question are words that an answer can be offered for")
  func statement() throws {
    let question = try #require(
      MachineQuestion("Windows NT Server 4.0 SP3", catalogue: .builtIn))
    #expect(!question.isQuestion)
  }

  @Test("the answer stands in the check, or in the list of what the level lacks")
  func targets() throws {
    let client = try TestClient(articles: [.q179827] + TestArchive.articles)
    let check = try client.get("/kb?q=is+NT+4+SP3+affected%3F")
    #expect(check.status == 303)
    #expect(
      check.fields["location"]
        == "/check?article=Q179827&product=windows-nt-server-4.0&service_pack=SP3")
    #expect(
      try client.get("/kb?q=is+exchange+5.5+sp1+affected").fields["location"]
        == "/missing?product=exchange-server-5.5&service_pack=SP1")
    let words = try client.get("/kb?q=NT+4.0+SP3")
    #expect(words.status == 200)
    #expect(words.text.contains("<b>Windows NT Server 4.0 at SP3</b>"))
  }

  @Test("a number without an article is searched for, and said to be absent")
  func absent() throws {
    let answer = try TestClient().get("/kb?q=Q424242")
    #expect(answer.status == 200 && answer.text.contains("has no article Q424242"))
  }
}
