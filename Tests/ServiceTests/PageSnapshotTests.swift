import Foundation
import KnowledgeBase
import Testing

@testable import Service

/// Pages as they were when somebody last looked at them. After a change that is meant,
/// `FIXLEVEL_RECORD_SNAPSHOTS=1` writes them anew, and the change of the files is looked at.
@Suite("Pages are what they were")
struct PageSnapshotTests {
  private static let folder = TestClient.packageFolder.appending(
    path: "Tests/ServiceTests/Snapshots", directoryHint: .isDirectory)
  private static let isRecording =
    ProcessInfo.processInfo.environment["FIXLEVEL_RECORD_SNAPSHOTS"] != nil

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
    let text = Self.shortened(try client.get(target).text)
    let file = Self.folder.appending(path: "\(name).html")
    if Self.isRecording { try Data(text.utf8).write(to: file) }
    let known = try String(contentsOf: file, encoding: .utf8)
    guard text != known else { return }
    let lines = zip(text.split(separator: "\n"), known.split(separator: "\n"))
    let first = lines.first { $0.0 != $0.1 }
    Issue.record("\(name) differs; now: \(first?.0 ?? "longer"), then: \(first?.1 ?? "shorter")")
  }

  /// Without the two hundred products of a form, which are the catalogue's affair.
  private static func shortened(_ page: String) -> String {
    page.replacing(#/<optgroup.*</optgroup>/#, with: "<optgroup>…</optgroup>")
  }
}
