import Bytes
import Foundation
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("Fix lists of an import")
struct StoredFixListTests {
  private static let list = (
    number: 200_000,
    text: """
    DOCUMENT:Q200000  04-MAY-1999  [winnt]
    TITLE   :List of Bugs Fixed in Windows NT 4.0 Service Pack 5
    PRODUCT :Microsoft Windows NT
    PROD/VER:WinNT:4.0
    OPER/SYS:
    KEYWORDS:kbinfo

    ======================================================================
    -------------------------------------------------------------------------------
    The information in this article applies to:

     - Microsoft Windows NT Server version 4.0
     - Microsoft Windows NT Workstation version 4.0
    -------------------------------------------------------------------------------

    SUMMARY
    =======

    These are corrected in Windows NT 4.0 Service Pack 5.

    MORE INFORMATION
    ================

       Q100001 Spooler Leaks Handles
       Q100002 Printer Prints Twice
       Q100003 Modem Hangs Up
       Q100004 Registry Grows

    Additional query words:
    ======================================================================
    Keywords          : kbinfo
    Technology        : kbWinNTsearch
    Version           : WinNT:4.0
    Issue type        : kbinfo

    =============================================================================
    """
  )

  @Test("the list works on articles of the same, an earlier and a later import alike")
  func imports() throws {
    let parsed = try ArticleParser().parse(Array(Self.list.text.utf8))
    try #require(parsed.fixList?.entries.count == 4)
    let orders = [
      [ArchiveFixture.articles + [Self.list]],
      [ArchiveFixture.articles, [Self.list]],
      [[Self.list], ArchiveFixture.articles],
      [ArchiveFixture.articles + [Self.list], ArchiveFixture.articles],
    ]
    var dumps: [[String]] = []
    for (index, order) in orders.enumerated() {
      let directory = try TestDirectory()
      for (part, files) in order.enumerated() {
        try ArchiveFixture.load(files, into: directory, "\(part)")
      }
      let store = try ArticleStore(
        directory: directory.url, migrations: try directory.migrations("kb"))
      let article = try #require(try store.article(ArticleID(known: 100_003)))
      let rule = try #require(article.fixes.first { $0.product == .server }, "order \(index)")
      #expect(rule.resolution == .servicePack(.sp5))
      #expect(rule.evidence.contains { $0.source == "Q200000" })
      dumps.append(try ImportTests.dump(directory))
    }
    for dump in dumps { #expect(dump == dumps[0]) }
  }

  @Test("what a newer copy of a list takes back is told, and gone when the articles come again")
  func withdrawn() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load(ArchiveFixture.articles + [Self.list], into: directory, "0")
    let again = try ArchiveFixture.load([Self.list], into: directory, "1")
    #expect(again.outdated.isEmpty)
    // One article less, and another level for the others.
    let shorter = Self.list.text.replacing("   Q100003 Modem Hangs Up\n", with: "")
    let summary = try ArchiveFixture.load([(Self.list.number, shorter)], into: directory, "2")
    #expect(summary.outdated.map(\.number) == [100_003])
    let other = shorter.replacing("Service Pack 5", with: "Service Pack 6")
    let changed = try ArchiveFixture.load([(Self.list.number, other)], into: directory, "3")
    #expect(changed.outdated.map(\.number) == [100_001, 100_002, 100_004])
    let mended = try ArchiveFixture.load(ArchiveFixture.articles, into: directory, "4")
    #expect(mended.outdated.isEmpty)

    let fresh = try TestDirectory()
    try ArchiveFixture.load(
      ArchiveFixture.articles + [(Self.list.number, other)], into: fresh, "0")
    #expect(try ImportTests.dump(directory) == ImportTests.dump(fresh))
  }
}
