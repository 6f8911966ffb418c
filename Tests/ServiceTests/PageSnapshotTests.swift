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

@Suite("Pages are what they were")
struct PageSnapshotTests {
  @Test(
    "the page is the one of the snapshot",
    arguments: [
      ("home", "/"),
      ("article", "/kb/Q179827"),
      ("article-with-table", "/kb/Q100002"),
      ("article-hostile", "/kb/Q100001"),
      ("search", "/kb?q=giraffe"),
      ("search-for-nothing", "/kb?q=zzzz"),
      ("check", "/check"),
      ("check-affected", "/check?product=windows-nt-server-4.0&service_pack=SP3"),
      ("check-refused", "/check?product=windows-nt-server-4.0&service_pack=SP9"),
      ("missing", "/missing?product=windows-nt-server-4.0&service_pack=SP5"),
      ("simulate", "/simulate?opens_per_hour=3600&touches_per_hour=60&hours=24"),
      ("problem", "/kb/Q1"),
      ("opensearch", "/opensearch.xml"),
    ])
  func page(name: String, target: String) throws {
    let client = try TestClient(articles: [.q179827] + TestArchive.articles)
    try Snapshot.compare(
      Self.shortened(try client.get(target).text), with: "\(name).html")
  }

  /// Without the two hundred products of a form, which are the catalogue's affair.
  private static func shortened(_ page: String) -> String {
    page.replacing(#/<optgroup.*</optgroup>/#, with: "<optgroup>…</optgroup>")
  }
}
