import Bytes
import Foundation
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("The original of Q179827")
struct OriginalArticleTests {
  /// As the archive writes it, in words of our own.
  private static func original(
    status: String = "It was first corrected in Windows NT 4.0 Service Pack 4 and in Windows NT "
      + "Server 4.0, Terminal Server Edition Service Pack 4.",
    keywords: String = "kbWinNT400sp4fix"
  ) -> (number: Int, text: String) {
    (
      179_827,
      ArchiveFixture.text(
        179_827, title: "Keys That Stay Open Stop the Machine", keywords: keywords,
        product: """
          Microsoft Windows NT Workstation version 4.0
           - Microsoft Windows NT Server version 4.0
           - Microsoft Windows NT Server version 4.0, Terminal Server Edition
          """, cause: "A program keeps\na key open.", status: status, year: 2001)
    )
  }

  private static let list = (
    number: 194_834,
    text: ArchiveFixture.list(
      194_834, title: "List of Bugs Fixed in Windows NT 4.0 Service Pack 4 (Part 2)",
      level: "Service Pack 4",
      entries: [100_001: "Spooler", 100_002: "Printer", 179_827: "Keys That Stay Open"])
  )

  private static func article(_ directory: TestDirectory) throws -> Article {
    let store = try ArticleStore(
      directory: directory.url, migrations: try directory.migrations("kb"))
    return try #require(try store.article(Article.q179827.id))
  }

  private static func verdict(
    _ article: Article, _ product: ProductID, _ level: String, kernelDate: CivilDate? = nil
  ) throws -> FixVerdict {
    try FixCheck(article).verdict(
      FixQuery(product: product.rawValue, servicePack: level, kernelDate: kernelDate))
  }

  @Test("it answers as the built-in article does, and its text stays word for word")
  func knowledge() throws {
    let directory = try TestDirectory()
    try ArchiveFixture.load([Self.original()], into: directory)
    let article = try Self.article(directory)
    #expect(article.source == .imported)
    let cause = article.sections.first { $0.heading == "CAUSE" }
    #expect(cause?.text == "A program keeps\na key open.")
    let kernelDate = CivilDate(known: 1998, 1, 1)
    let fixed = try Self.verdict(article, .server, "SP3", kernelDate: kernelDate)
    #expect(fixed.verdict == .fixed)
    let affected = try Self.verdict(article, .server, "SP3")
    #expect(affected.verdict == .affected)
    #expect(affected.notes.contains { $0.contains("hotfix of 1997-12-05") })
    let enterprise = try Self.verdict(article, .enterprise, "SP3")
    #expect(enterprise.verdict == .affected && enterprise.certainty == .inferred)
    for product in [ProductID.workstation, .server, .terminalServer] {
      let rules = article.fixes.filter { $0.product == product }
      #expect(rules.map(\.resolution) == [.servicePack(.sp4)])
      // What stands in the text is told from the text alone.
      #expect(rules.first?.evidence.filter { $0.line == nil }.map(\.source) == ["Q194834"])
      #expect(rules.first?.evidence.filter { $0.source == "STATUS" }.count == 1)
    }
    #expect(article.linkedFrom.map(\.id) == Article.q179827.linkedFrom.map(\.id))
    try ImportTests.checkIntegrity(directory)
  }

  @Test("in whatever order it, its list and the server's start come, the answer is one")
  func orders() throws {
    let orders: [[[(number: Int, text: String)]]] = [
      [[Self.original(), Self.list]], [[Self.original()], [Self.list]],
      [[Self.list], [Self.original()]], [[], [Self.original()], [Self.list]],
      [[Self.original(), Self.list], [Self.list], [Self.original()]],
      [[Self.original(), Self.list], [Self.original(), Self.list], []],
    ]
    var dumps: [[String]] = []
    for order in orders {
      let directory = try TestDirectory()
      for (part, files) in order.enumerated() {
        if files.isEmpty {
          try KnowledgeBaseBuilder.prepare(
            directory: directory.url, migrations: try directory.migrations("kb"))
        } else {
          try ArchiveFixture.load(files, into: directory, "\(part)")
        }
      }
      for rule in try Self.article(directory).fixes {
        let listed = rule.evidence.filter { $0.source == "Q194834" }
        // The user's copy of the list is better evidence than what the program says of it; this one
        // names no level of Terminal Server Edition.
        #expect(listed.count == 1)
        #expect((listed.first?.line == nil) == (rule.product == .terminalServer))
      }
      dumps.append(try ImportTests.dump(directory))
    }
    for dump in dumps { #expect(dump == dumps[0]) }
  }

  @Test("a knowledge base of before gets the rules when the server starts")
  func upgrade() throws {
    let directory = try TestDirectory()
    let migrations = try directory.migrations("kb")
    var original = try ArticleParser().parse(Array(Self.original().text.utf8)).article
    original.source = .imported
    try KnowledgeBaseBuilder.prepare(
      directory: directory.url, migrations: migrations, builtIn: [original])
    #expect(try Self.article(directory).fixes.allSatisfy { $0.hotfix == nil })
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    #expect(try Self.article(directory).fixes.contains { $0.hotfix != nil })
    let before = try Data(contentsOf: directory.url.appending(path: "kb.sqlite"))
    try KnowledgeBaseBuilder.prepare(directory: directory.url, migrations: migrations)
    #expect(try Data(contentsOf: directory.url.appending(path: "kb.sqlite")) == before)
  }

  @Test("a text that gives no level, or another one, is not made to say more than it does")
  func otherTexts() throws {
    let open = try TestDirectory()
    try ArchiveFixture.load(
      [
        Self.original(
          status: "This problem was corrected in the latest Windows NT 4.0 U.S. Service Pack.",
          keywords: "kbbug")
      ], into: open)
    let rules = try Self.article(open).fixes.filter { $0.product == .server }
    #expect(rules.map(\.resolution) == [.servicePack(.sp4)])
    let later = try TestDirectory()
    try ArchiveFixture.load(
      [
        Self.original(
          status: "This problem was first corrected in Windows NT 4.0 Service Pack 5.",
          keywords: "kbbug")
      ], into: later)
    let article = try Self.article(later)
    #expect(try Self.verdict(article, .server, "SP4").verdict == .affected)
    #expect(try Self.verdict(article, .server, "SP5").verdict == .fixed)
  }
}
