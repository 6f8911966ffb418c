import KnowledgeBase
import Testing

@Suite("Fix rules read from an article")
struct FixRuleTests {
  static let server = "Microsoft Windows NT Server version 4.0"
  static let workstation = "Microsoft Windows NT Workstation version 4.0"
  static let terminalServer = "Microsoft Windows NT Server version 4.0, Terminal Server Edition"

  /// Statements in the archive's forms: the text, what the article applies to, and product and
  /// level of each rule, `?` for the latest pack, `-` for none, `h` for a hotfix, `>` for a later
  /// version.
  static let statements: [(String, [String], [String: String])] = [
    (
      "The bug was first corrected in Windows NT 4.0 Service Pack 4.0 and Windows NT Server 4.0, "
        + "Terminal Server Edition Service Pack 4.",
      [server, terminalServer],
      ["windows-nt-server-4.0": "SP4", "windows-nt-server-4.0-terminal-server": "SP4"]
    ),
    (
      "This was fixed in Windows NT version\n4.0 Service Pack 5.", [server, workstation],
      ["windows-nt-server-4.0": "SP5", "windows-nt-workstation-4.0": "SP5"]
    ),
    (
      "It was first corrected in Windows NT 4.0 and Windows NT Server 4.0, Terminal Server Edition "
        + "Service Pack 6.", [server, terminalServer],
      ["windows-nt-server-4.0": "SP6", "windows-nt-server-4.0-terminal-server": "SP6"]
    ),
    (
      "This was corrected in Windows NT 4.0 Service Pack 4 and Windows NT Server 4.0, Terminal "
        + "Server Edition Service Pack 5.", [server, terminalServer],
      ["windows-nt-server-4.0": "SP4", "windows-nt-server-4.0-terminal-server": "SP5"]
    ),
    (
      "It was first corrected in Windows NT 4.0 Service Pack Service Pack 5.", [server],
      ["windows-nt-server-4.0": "SP5"]
    ),
    (
      "It was first corrected in Windows NT 4.0 Service Pack 6a.", [server],
      ["windows-nt-server-4.0": "SP6a"]
    ),
    (
      "It was fixed in Service Pack Two for Windows NT 4.0.", [server],
      ["windows-nt-server-4.0": "SP2"]
    ),
    (
      "It was first corrected in SNA Server version 3.0 Service Pack 4 (SP4) and SNA Server version "
        + "4.0 Service Pack 3.", ["Microsoft SNA Server, versions 3.0, 3.0 SP1, 4.0"],
      ["sna-server-3.0": "SP4", "sna-server-4.0": "SP3"]
    ),
    (
      "It was corrected in the latest SNA Server versions 3.0 and 4.0 U.S. Service Packs.",
      ["Microsoft SNA Server, versions 3.0, 4.0"], ["sna-server-3.0": "?", "sna-server-4.0": "?"]
    ),
    (
      "It was first corrected in Exchange Server 5.5 Service Pack 2.",
      ["Microsoft Exchange Server, version 5.5"], ["exchange-server-5.5": "SP2"]
    ),
    (
      "It was corrected in Service Pack 3 of Microsoft Exchange version 4.0.",
      ["Microsoft Exchange Server, version 4.0"], ["exchange-server-4.0": "SP3"]
    ),
    (
      "This bug was corrected in Visual Studio 6.0 Service Pack 3.",
      ["Microsoft Visual Basic Professional Edition for Windows, version 6.0"],
      ["visual-studio-6.0": "SP3", "visual-basic-6.0": "SP3"]
    ),
    (
      "It was corrected in Microsoft Word 97 SR-1.", ["Microsoft Word 97 for Windows"],
      ["word-97": "SR-1"]
    ),
    (
      "It was corrected in Microsoft Office 2000 SR-1/SR-1a.", ["Microsoft Word 2000"],
      ["office-2000": "SR-1a", "word-2000": "SR-1a"]
    ),
    (
      "It was first corrected in Windows 2000 Service Pack 3.",
      ["Microsoft Internet Information Services version 5.0"], ["windows-2000": "SP3"]
    ),
    (
      "It was corrected in the latest U.S. Service Pack for Windows NT version 3.51.",
      ["Microsoft Windows NT Server versions 3.5, 3.51"], ["windows-nt-3.51": "?"]
    ),
    (
      "It was first corrected in the Systems Management Server 2.0 Service Pack 4 Hotfix Rollup "
        + "Package.", ["Microsoft Systems Management Server version 2.0"],
      ["systems-management-server-2.0": "h"]
    ),
    (
      "It was corrected in Systems Management Server version 1.2.",
      ["Microsoft Systems Management Server versions 1.0, 1.1"],
      [
        "systems-management-server-1.0": ">", "systems-management-server-1.1": ">",
        "systems-management-server-1.2": "RTM",
      ]
    ),
    (
      "Nobody has confirmed this to be a bug in SNA Server version 4.0 Service Pack 1.",
      ["Microsoft SNA Server, version 4.0"], ["sna-server-4.0": "-"]
    ),
    ("This was not corrected in Windows NT 4.0 Service Pack 4.", [server], [:]),
    ("This will be fixed in Windows NT 4.0 Service Pack 9.", [server], [:]),
    (
      "For a list of bugs that were fixed in Windows NT 4.0 Service Pack 3, look around.", [server],
      [:]
    ),
    ("This was corrected in Foobar 2.0 Service Pack 3.", [server], [:]),
    ("This was corrected in Windows NT 4.0 Foobar Add-On Service Pack 3.", [server], [:]),
    ("This was corrected in Service Pack 3.", [server], ["windows-nt-server-4.0": "SP3"]),
    ("This was corrected in Service Pack 3.", [server, "Microsoft SNA Server, version 4.0"], [:]),
  ]

  static func shown(_ rules: [FixRule]) -> [String: String] {
    Dictionary(
      rules.map { rule in
        let what =
          switch rule.resolution {
          case .servicePack(let level): level.id
          case .latestServicePack: "?"
          case .hotfix: "h"
          case .laterVersion: ">"
          case .none: "-"
          }
        return (rule.product.rawValue, what)
      }, uniquingKeysWith: { "\($0)|\($1)" })
  }

  @Test("STATUS", arguments: statements)
  func status(text: String, appliesTo: [String], expected: [String: String]) throws {
    let rules = try ArticleText.rules(status: text, appliesTo: appliesTo)
    #expect(Self.shown(rules) == expected)
    for rule in rules {
      #expect(rule.evidence.contains { $0.source == "STATUS" && $0.line != nil })
    }
  }

  @Test(
    "keywords, in any case and with any zeros",
    arguments: [
      ("kbWinNT400sp4fix", ["windows-nt-server-4.0": "SP4"]),
      ("kbWinNT4sp6fix", ["windows-nt-server-4.0": "SP6"]),
      ("KBWINNT400SP6AFIX", ["windows-nt-server-4.0": "SP6a"]),
      ("kbWinNT400PreSP7Fix", ["windows-nt-server-4.0": "h"]),
      ("TSESP4Fix", ["windows-nt-server-4.0-terminal-server": "SP4"]),
      ("kbSNA400sp4fix", ["sna-server-4.0": "SP4"]),
      ("kbsms200SP2fix", ["systems-management-server-2.0": "SP2"]),
      ("exc55sp2fix", ["exchange-server-5.5": "SP2"]),
      ("kbExchange550sp4Fix", ["exchange-server-5.5": "SP4"]),
      ("kbExchange550preSP4Fix kbExchange550sp4Fix", ["exchange-server-5.5": "SP4"]),
      ("kbVS600sp3fix", ["visual-studio-6.0": "SP3"]),
      ("kbVS97sp2fix", ["visual-studio-97": "SP2"]),
      ("kbvbp500sp2fix", ["visual-basic-5.0": "SP2"]),
      ("kbWin2000sp3fix", ["windows-2000": "SP3"]),
      ("kbVFP500afix", ["visual-foxpro-5.0a": "RTM"]),
      ("kbMDAC260sp1fix", ["data-access-components-2.6": "SP1"]),
      ("kbWinNT400sp4fea kbWinNT400sp4bug kbdocfix kbfixlist kbfix sp4fix kb", [:]),
      ("kbWinNT400sp99fix kbWinNT400spfix kbFoo400sp1fix", [:]),
    ])
  func keywords(keywords: String, expected: [String: String]) throws {
    let rules = try ArticleText.rules(
      status: "Nothing is said.", appliesTo: [Self.server], keywords: keywords)
    #expect(Self.shown(rules) == expected)
    #expect(rules.flatMap(\.evidence).allSatisfy { $0.source == "Keywords" && $0.line != nil })
  }

  @Test("sub-headings of STATUS keep the products apart")
  func subheadings() throws {
    let rules = try ArticleText.rules(
      status: """
        Windows NT 4.0
        --------------

        It was first corrected in Service Pack 5.

        Terminal Server
        ---------------

        Somebody has confirmed this to be a problem in Terminal Server Edition.
        """, appliesTo: [Self.server, Self.terminalServer])
    #expect(
      Self.shown(rules) == [
        "windows-nt-server-4.0": "SP5", "windows-nt-server-4.0-terminal-server": "-",
      ])
  }

  @Test("a contradiction is shown, and the verdict is the later level")
  func contradiction() throws {
    let article = try ArticleText(
      sections: [("STATUS", "It was first corrected in Windows NT version 4.0 Service Pack 5.")],
      keywords: "kbWinNT400sp4fix"
    ).parsed().article
    #expect(article.fixes.map(\.resolution) == [.servicePack(.sp4), .servicePack(.sp5)])
    let server = try #require(ProductCatalogue.builtIn[.server])
    let answer = FixCheck(article).verdict(of: server, at: .sp4)
    #expect(answer.verdict == .affected)
    #expect(answer.fixedIn == .sp5)
    #expect(Set(answer.evidence.map(\.source)) == ["STATUS", "Keywords"])
    #expect(answer.notes.contains { $0.contains("different levels") })
  }

  @Test("a hotfix for the pack before last contradicts a later level, and the later is believed")
  func hotfixForAnEarlierPack() throws {
    let article = try ArticleText(
      sections: [
        (
          "STATUS",
          "It was first corrected in Windows NT version 4.0 Service Pack 5.\n\n"
            + "The fix is a post-Service Pack 3 hotfix."
        )
      ]
    ).parsed().article
    let server = try #require(ProductCatalogue.builtIn[.server])
    let check = FixCheck(article)
    #expect(check.verdict(of: server, at: .sp4).verdict == .affected)
    let fixed = check.verdict(of: server, at: .sp5)
    #expect(fixed.verdict == .fixed)
    #expect(fixed.fixedIn == .sp5)
    #expect(fixed.certainty == .stated)
    #expect(fixed.evidence.map(\.line) == [18, 20])
    #expect(fixed.notes.contains { $0.contains("different levels") })
  }

  @Test("a keyword of Terminal Server Edition's level doesn't move Windows NT's")
  func keywordOfTerminalServer() throws {
    let rules = try ArticleText.rules(
      status: "It was first corrected in Windows NT 4.0 Service Pack 5. It was first corrected in "
        + "Windows NT Server version 4.0, Terminal Server Edition Service Pack 6.",
      appliesTo: [Self.server, Self.terminalServer], keywords: "kbWinNT400sp5fix kbWinNT4sp6fix")
    #expect(
      Self.shown(rules) == [
        "windows-nt-server-4.0": "SP5", "windows-nt-server-4.0-terminal-server": "SP6",
      ])
  }

  @Test("a bug that a pack introduced is not there before it")
  func introduced() throws {
    let article = try ArticleText(
      sections: [
        ("CAUSE", "It is there because Windows NT 4.0 Service Pack 6 introduced a leak."),
        (
          "RESOLUTION",
          "To resolve this problem, obtain the Windows NT 4.0 Security Rollup Package."
        ),
      ], keywords: "kbWinNT400PreSP7Fix"
    ).parsed().article
    let server = try #require(ProductCatalogue.builtIn[.server])
    let check = FixCheck(article)
    #expect(check.verdict(of: server, at: .sp5).verdict == .notListed)
    #expect(check.verdict(of: server, at: .sp6).verdict == .affected)
    #expect(check.verdict(of: server, at: .sp6a).verdict == .affected)
    #expect(check.verdict(of: server, at: .srp).verdict == .fixed)
  }

  @Test("a bug that a later pack has again is there again")
  func presentAgain() throws {
    let article = try ArticleText(
      sections: [
        (
          "STATUS",
          "It was corrected in Windows NT version 4.0 Service Pack 5. This problem occurs in Windows "
            + "NT version 4.0 Service Pack 6a."
        )
      ]
    ).parsed().article
    let server = try #require(ProductCatalogue.builtIn[.server])
    let check = FixCheck(article)
    #expect(check.verdict(of: server, at: .sp4).verdict == .affected)
    #expect(check.verdict(of: server, at: .sp5).verdict == .fixed)
    #expect(check.verdict(of: server, at: .sp6a).verdict == .affected)
  }

  @Test("a level of SNA Server never answers for Windows NT")
  func productsApart() throws {
    let article = try ArticleText(
      appliesTo: ["Microsoft SNA Server, version 4.0", Self.server],
      sections: [("STATUS", "It was first corrected in SNA Server 4.0 Service Pack 3.")],
      keywords: "kbSNA400sp3fix"
    ).parsed().article
    let check = FixCheck(article)
    #expect(
      try check.verdict(FixQuery(product: "sna-server-4.0", servicePack: "SP3")).verdict == .fixed)
    #expect(
      try check.verdict(FixQuery(product: "windows-nt-server-4.0", servicePack: "SP3")).verdict
        == .notListed)
  }

  @Test("a later version is no correction at any level of the older one")
  func laterVersion() throws {
    let article = try ArticleText(
      appliesTo: ["Microsoft Visual FoxPro for Windows, version 3.0"],
      sections: [("STATUS", "It was corrected in Visual FoxPro 5.0 for Windows.")]
    ).parsed().article
    let check = FixCheck(article)
    let old = try check.verdict(FixQuery(product: "visual-foxpro-3.0", servicePack: "RTM"))
    #expect(old.verdict == .affected)
    #expect(old.notes.contains { $0.contains("later version") })
    let new = try check.verdict(FixQuery(product: "visual-foxpro-5.0", servicePack: "RTM"))
    #expect(new.verdict == .fixed)
  }
}
