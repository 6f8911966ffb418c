import KnowledgeBase
import Testing

@Suite("Fix lists")
struct FixListParserTests {
  static let list = ArticleText(
    id: "Q900100", title: "List of Bugs Fixed in Windows NT 4.0 Service Pack 5",
    appliesTo: [
      "Microsoft Windows NT Server version 4.0",
      "Microsoft Windows NT Server, Enterprise Edition version 4.0",
    ],
    sections: [
      (
        "SUMMARY",
        "These bugs were fixed in Service Pack 5 for Windows NT 4.0.\n\n"
          + "   Q900101 List of Bugs Fixed in Windows NT 4.0 Service Pack 4"
      ),
      (
        "MORE INFORMATION",
        """
        Service Pack 5
        --------------

           Q900001 The First Bug of
           Two Lines
           Q900002 The Second Bug
           Q900003 The Third Bug

        Service Pack 6
        --------------

           Q900004 The Fourth Bug

        Please see the following article in the Microsoft Knowledge Base:

           Q900009 How to Get a Pack
        """
      ),
    ])

  static func fixList() throws -> FixList { try #require(try list.parsed().fixList) }

  @Test("entries have article, product and the level of their sub-heading")
  func entries() throws {
    let entries = try Self.fixList().entries
    #expect(
      entries.map(\.article.description) == ["Q900001", "Q900002", "Q900003", "Q900004"])
    #expect(entries.map(\.level) == [.sp5, .sp5, .sp5, .sp6])
    #expect(entries[0].title == "The First Bug of Two Lines")
    #expect(entries.allSatisfy { $0.products == [.server, .enterprise] })
    #expect(try Self.list.parsed().article.fixes.isEmpty, "a list is no bug")
  }

  @Test("the summary gives the level where the title is cut")
  func cutTitle() throws {
    var text = ArticleText(
      title: "SNA Server Fix List", appliesTo: ["Microsoft SNA Server, version 4.0 SP3"])
    text.sections = [
      ("SUMMARY", "Articles on problems that were fixed in SNA Server 4.0 Service Pack 3."),
      ("MORE INFORMATION", "   Q900001 One\n   Q900002 Two\n   Q900003 Three"),
    ]
    let list = try #require(try text.parsed().fixList)
    #expect(list.entries.map(\.level) == [.sp3, .sp3, .sp3])
    #expect(list.entries[0].products.map(\.rawValue) == ["sna-server-4.0"])
  }

  @Test("an ordinary article is no list")
  func noList() throws {
    #expect(try ArticleParserTests.whole.parsed().fixList == nil)
  }

  @Test("a list adds evidence, a level, or an inferred rule; twice is once")
  func listings() throws {
    var listings = FixListings()
    listings.add(try Self.fixList())
    #expect(listings.articles.map(\.description) == ["Q900001", "Q900002", "Q900003", "Q900004"])

    var agreeing = try ArticleText(
      sections: [("STATUS", "It was first corrected in Windows NT 4.0 Service Pack 5.")]
    ).parsed().article
    listings.apply(to: &agreeing)
    let once = agreeing
    listings.apply(to: &agreeing)
    #expect(agreeing == once)
    #expect(agreeing.fixes.map(\.product) == [.server, .enterprise])
    #expect(agreeing.fixes[0].evidence.map(\.source) == ["STATUS", "Q900100"])
    #expect(agreeing.fixes.map(\.certainty) == [.stated, .inferred])

    var open = try ArticleText(
      id: "Q900002",
      sections: [("STATUS", "It was corrected in the latest service pack for Windows NT 4.0.")]
    ).parsed().article
    listings.apply(to: &open)
    #expect(open.fixes[0].resolution == .servicePack(.sp5))

    var contradicting = try ArticleText(
      id: "Q900003",
      sections: [("STATUS", "It was first corrected in Windows NT 4.0 Service Pack 4.")]
    ).parsed().article
    listings.apply(to: &contradicting)
    let own = contradicting.fixes.filter { $0.product == .server }
    #expect(own.map(\.resolution) == [.servicePack(.sp4), .servicePack(.sp5)])
  }

  @Test("a list is held against the rules, entry by entry")
  func comparison() throws {
    func rules(_ level: ServicePack) -> [FixRule] {
      [
        FixRule(
          product: .server, resolution: .servicePack(level), certainty: .stated, evidence: [])
      ]
    }
    let comparison = FixListComparison(try Self.fixList()) { id in
      switch id.description {
      case "Q900001": rules(.sp5)
      case "Q900002": rules(.sp4)
      case "Q900003": []
      default: nil
      }
    }
    #expect(
      comparison.lines.map(\.outcome) == [
        .agrees, .earlier(.sp4), .undecidable(.noRule), .undecidable(.missingArticle),
      ])
    #expect(comparison.agreeing == 1)
    #expect(comparison.decidable == 2)
  }
}
