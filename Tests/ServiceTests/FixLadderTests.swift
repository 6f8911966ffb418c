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

@Suite("Fix ladders")
struct FixLadderTests {
  let check = FixCheck(.q179827)

  @Test("products whose levels have the same answers share a ladder")
  func shared() throws {
    let ladders = FixLadder.all(check)
    #expect(
      ladders.map { $0.names.map(\.name) } == [
        [
          "Windows NT Workstation 4.0", "Windows NT Server 4.0",
          "Windows NT Server 4.0, Enterprise Edition",
        ],
        ["Windows NT Server 4.0, Terminal Server Edition"],
      ])
    #expect(ladders[0].names.map(\.isInferred) == [false, false, true])
    #expect(
      ladders[0].names[0].path == "/check?product=windows-nt-workstation-4.0")
    #expect(
      ladders[0].rungs[3].path == "/check?product=windows-nt-server-4.0&service_pack=SP3")
    #expect(ladders[1].names[0].path == nil, "its rungs lead to its checks")
    #expect(ladders.map(\.summary)[1] == "RTM to SP3 affected, SP4 to SP6 fixed")
  }

  @Test("evidence that products don't have in common says which it is about")
  func grounds() throws {
    let ladders = FixLadder.all(check)
    #expect(
      ladders[0].grounds.map(\.about) == [
        "Windows NT Workstation 4.0; Windows NT Server 4.0",
        "Windows NT Server 4.0, Enterprise Edition",
      ])
    #expect(ladders[0].grounds[1].evidence.map(\.source) == ["Q194834"])
    #expect(ladders[1].grounds.map(\.about) == [nil])
  }

  @Test("every level of a product has the same evidence: it stands once for all of them")
  func evidence() {
    for product in check.products {
      let different = Set(product.ladder.map { check.verdict(of: product, at: $0).evidence })
      #expect(different.count == 1, "\(product.id)")
    }
  }

  @Test("the article of another bug is named in the checks that its rungs lead to")
  func otherArticle() throws {
    let article = try #require(TestArchive.articles.first { !$0.fixes.isEmpty })
    let ladder = try #require(FixLadder.all(FixCheck(article)).first)
    #expect(ladder.rungs[0].path.hasPrefix("/check?article=\(article.id)&product="))
  }

  @Test("the page of the main article has at most 10 KB without gzip")
  func bytes() throws {
    let page = try TestClient().get("/kb/Q179827")
    #expect(page.text.utf8.count <= 10_000)
  }
}
