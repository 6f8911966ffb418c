import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Handles
import KnowledgeBase
import SQLite
import System

@testable import Service
@testable import UseCases
@testable import Web

/// A small archive in our own words, with what makes pages and lists hard.
enum TestArchive {
  static let articles = [leak, markup, table, hotfix, later, introducedLate, noRule] + many

  static let server = ProductID(rawValue: "windows-nt-server-4.0")
  static let exchange = ProductID(rawValue: "exchange-server-5.5")

  static func article(
    _ number: Int, _ title: String, text: String = "", group: String = "winnt",
    keywords: [String] = [], links: [Int] = [], fixes: [FixRule] = [],
    sections: [Article.Section] = [], year: Int = 1999
  ) -> Article {
    Article(
      id: ArticleID(number: number) ?? Article.q179827.id, title: title,
      date: CivilDate(year: year, month: 3, day: 1) ?? .unknown, group: group,
      product: "Test product", versions: "winnt:4.0", appliesTo: [], keywords: keywords,
      technology: [], issueType: "kbbug", solutionType: "kbfix", queryWords: [],
      sections: sections.isEmpty ? [.init(heading: "SYMPTOMS", text: text)] : sections,
      links: links.compactMap { ArticleID(number: $0) }.map {
        .init(id: $0, title: "Title of \($0)")
      },
      linkedFrom: [], fixes: fixes, source: .imported)
  }

  static func rule(
    _ resolution: FixRule.Resolution, product: ProductID = server, from: ServicePack = .rtm
  ) -> FixRule {
    FixRule(
      product: product, introduced: from, resolution: resolution, certainty: .stated,
      evidence: [Evidence(source: "STATUS", text: "Said in the test.", line: 12)])
  }

  static let leak = article(
    259_042, "Handle leak in the logon process",
    text: "The logon process leaks a handle each time. See Q179827 and Q999999, not XQ179827.",
    keywords: ["kbWinNT400sp6fix"], links: [179_827, 999_999],
    fixes: [rule(.servicePack(.sp6a), from: .sp6)])

  static let markup = article(
    100_001, "<script>alert(1)</script> \"quoted\" & 'single' \u{202E}txt.exe",
    text: "The word zebra <b onmouseover=\"x\">stands</b> here & there.",
    group: "<i>group</i>", keywords: ["=cmd|'/c calc'!A1"], fixes: [rule(.servicePack(.sp5))])

  static let formula = article(
    100_009, "=HYPERLINK(\"http://example.com\",\"x\"), and more",
    fixes: [rule(.servicePack(.sp4))])

  static let table = article(
    100_002, "An article with tables",
    fixes: [],
    sections: [
      .init(heading: "", text: "Words before the first heading."),
      .init(
        heading: "MORE INFORMATION",
        text: """
          First paragraph of
          two lines.

          Sub-heading One
          ---------------

          1. Do this.
          2. Do that and
             go on.

             Under the item.

             Name      Value
             -------------------
             Handles   65535
          """),
      .init(heading: "MORE INFORMATION", text: "Again the same heading."),
    ])

  static let hotfix = article(
    100_003, "Only a hotfix", text: "A giraffe.", fixes: [rule(.hotfix)])
  static let later = article(
    100_004, "Only a later version", text: "A giraffe.", fixes: [rule(.laterVersion)])
  static let introducedLate = article(
    100_005, "The latest pack without a number", text: "A giraffe.",
    fixes: [rule(.latestServicePack)])
  static let noRule = article(100_006, "How to do something", text: "A tapir.")

  /// Enough for three pages of a hundred.
  static let many = (0..<250).map { number in
    article(
      200_001 + number, "Mail problem number \(number)", text: "An okapi sends mail.",
      group: "exchange", fixes: [rule(.servicePack(.sp2), product: exchange)], year: 1998)
  }
}
