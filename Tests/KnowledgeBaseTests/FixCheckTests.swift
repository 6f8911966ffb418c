import Bytes
import KnowledgeBase
import Testing

@Suite("Fix check of Q179827")
struct FixCheckTests {
  let check = FixCheck(.q179827)

  @Test(
    "answers by level on Windows NT Server and Workstation",
    arguments: [ProductID.server, .workstation], ServicePack.allCases)
  func byLevel(product: ProductID, level: ServicePack) throws {
    let answer = try check.verdict(FixQuery(product: product.rawValue, servicePack: level.id))
    #expect(answer.verdict == (level < .sp4 ? .affected : .fixed))
    #expect(answer.servicePack == level)
    #expect(answer.fixedIn == .sp4)
    #expect(answer.certainty == .stated)
    #expect(answer.evidence.contains { $0.source == "STATUS" })
    #expect(answer.notes.contains { $0.contains("1997-12-05") } == (level == .sp3))
  }

  @Test("Enterprise Edition is an inference, and says so")
  func enterprise() throws {
    let answer = try check.verdict(
      FixQuery(product: "windows-nt-server-4.0-enterprise", servicePack: "SP3"))
    #expect(answer.verdict == .affected)
    #expect(answer.certainty == .inferred)
    #expect(answer.evidence.map(\.source) == ["Q194834"])
    #expect(answer.notes.contains { $0.contains("Inferred") })
  }

  @Test(
    "Terminal Server Edition goes by its own packs",
    arguments: [
      ("RTM", Verdict.affected), ("SP3", .affected), ("SP4", .fixed), ("Service Pack 6", .fixed),
    ])
  func terminalServer(level: String, expected: Verdict) throws {
    let answer = try check.verdict(
      FixQuery(product: "windows-nt-server-4.0-terminal-server", servicePack: level))
    #expect(answer.verdict == expected)
    #expect(answer.notes.contains { $0.contains("of its own") })
  }

  @Test(
    "a level that the product never had is an error that names the ladder",
    arguments: [
      ("windows-nt-server-4.0", "SP7"), ("windows-nt-server-4.0-terminal-server", "SP6a"),
      ("windows-nt-server-4.0-terminal-server", "SP1"),
    ])
  func foreignLevel(product: String, level: String) {
    let error = #expect(throws: UnknownLevelError.self) {
      try check.verdict(FixQuery(product: product, servicePack: level))
    }
    #expect(error?.level == level)
    #expect(error?.description.contains("SP4, SP5, SP6") == true)
  }

  @Test("a product that the article doesn't name is not listed, whatever its level")
  func otherProducts() throws {
    for product in ["windows-2000", "", "x", String(repeating: "é", count: 10_000)] {
      let answer = try check.verdict(FixQuery(product: product, servicePack: "SP3"))
      #expect(answer.verdict == .notListed)
      #expect(answer.product == product)
      #expect(answer.fixedIn == nil)
      #expect(answer.evidence.isEmpty)
    }
  }

  @Test(
    "no level, or words that name none, are unknown, with both branches said",
    arguments: [nil, "Windows NT Version 4.0 (Build Number: 1381 Uniprocessor Free )"])
  func unknownLevel(level: String?) throws {
    let answer = try check.verdict(
      FixQuery(product: "windows-nt-server-4.0", servicePack: level))
    #expect(answer.verdict == .unknown)
    #expect(answer.servicePack == nil)
    #expect(answer.fixedIn == .sp4)
    #expect(answer.notes.contains { $0.contains("Affected below SP4, fixed from SP4") })
  }

  @Test(
    "an uncertain level gives a certain verdict where all it could be agree",
    arguments: [
      ("4.0.1381.1", Verdict.affected), ("Service Pack 6", .fixed),
      ("Service Pack 3, RC 1.76", .affected), ("Service Pack 6, RC1.6", .fixed),
      ("Service Pack 4, RC 1.90", .unknown),
    ])
  func uncertainLevel(level: String, expected: Verdict) throws {
    let answer = try check.verdict(FixQuery(product: "windows-nt-server-4.0", servicePack: level))
    #expect(answer.verdict == expected)
    #expect(answer.candidates.count == 2)
    #expect(answer.servicePack == answer.candidates.min())
  }

  @Test(
    "the kernel's date tells a hotfix from a plain SP3",
    arguments: [
      ("SP3", "1997-12-05", Verdict.fixed, Certainty.stated),
      ("SP3", "1998-03-01", .fixed, .inferred),
      ("SP3", "1997-12-04", .affected, .stated),
      ("SP2", "1997-12-05", .affected, .stated),
      ("SP4", "1998-10-10", .fixed, .stated),
      ("SP4", "1997-05-01", .unknown, .stated),
      (nil, "1997-05-01", .affected, .inferred),
      (nil, "1998-10-10", .unknown, .stated),
    ] as [(String?, String, Verdict, Certainty)])
  func kernelDate(level: String?, date: String, verdict: Verdict, certainty: Certainty) throws {
    let answer = try check.verdict(
      FixQuery(
        product: "windows-nt-server-4.0", servicePack: level,
        kernelDate: CivilDate(iso8601: date)))
    #expect(answer.verdict == verdict)
    #expect(answer.certainty == certainty)
  }

  @Test("the kernel's version stands in for a missing level, and contradicts a wrong one")
  func kernelVersion() throws {
    func verdict(_ level: String?, _ version: String) throws -> Verdict {
      try check.verdict(
        FixQuery(product: "windows-nt-server-4.0", servicePack: level, kernelVersion: version)
      ).verdict
    }
    #expect(try verdict(nil, "4.0.1381.133") == .fixed)
    #expect(try verdict(nil, "4.0.1381.4") == .affected)
    #expect(try verdict("SP3", "4.0.1381.4") == .affected)
    #expect(try verdict("SP4", "4.0.1381.4") == .unknown)
    #expect(try verdict("SP4", "no version") == .fixed)
    #expect(try verdict("SP4", "4.0.1381.204") == .fixed)
    #expect(try verdict("SP1", "4.0.1381.4") == .affected)
  }

  @Test(
    "a host with the roll-up still names SP6a or Service Pack 6",
    arguments: ["SP6a", "Service Pack 6", "0x600", "SRP"])
  func rollUp(level: String) throws {
    let answer = try check.verdict(
      FixQuery(
        product: "windows-nt-server-4.0", servicePack: level, kernelVersion: "4.0.1381.7097"))
    #expect(answer.verdict == .fixed)
    #expect(answer.servicePack == .srp)
  }

  @Test("names and aliases find a product however they are punctuated")
  func productNames() {
    let catalogue = ProductCatalogue.builtIn
    for name in [
      "windows-nt-server-4.0-terminal-server", "WINDOWS NT SERVER 4.0, TERMINAL SERVER EDITION",
      "Microsoft Windows NT Server version 4.0, Terminal Server Edition",
    ] {
      #expect(catalogue.product(named: name)?.id == .terminalServer)
    }
    #expect(catalogue.product(named: "Windows NT Server 4.0")?.id == .server)
    #expect(catalogue.product(named: "windows") == nil)
  }

  @Test("the matrix holds every level of every product that the article names, once")
  func matrix() {
    let answers = check.matrix()
    let named = ProductCatalogue.builtIn.products.filter { product in
      check.article.fixes.contains { $0.product == product.id }
    }
    #expect(named.count == 4)
    #expect(answers.count == named.map(\.ladder.count).reduce(0, +))
    #expect(!answers.contains { $0.verdict == .unknown || $0.verdict == .notListed })
  }

  @Test("ranges: not before the level that introduced a bug; the more cautious of two rules wins")
  func ranges() throws {
    var article = Article.q179827
    let server = try #require(ProductCatalogue.builtIn[.server])
    let introduced = FixRule(
      product: .server, introduced: .sp6, resolution: .servicePack(.sp6a), certainty: .stated,
      evidence: [])
    article.fixes = [introduced]
    let check = FixCheck(article)
    #expect(check.verdict(of: server, at: .sp5).verdict == .notListed)
    #expect(check.verdict(of: server, at: .sp6).verdict == .affected)
    #expect(check.verdict(of: server, at: .sp6a).verdict == .fixed)

    article.fixes = [.sp4, .sp5].map {
      FixRule(product: .server, resolution: .servicePack($0), certainty: .stated, evidence: [])
    }
    for (index, source) in ["STATUS", "Keywords"].enumerated() {
      article.fixes[index].evidence = [Evidence(source: source, text: "")]
    }
    #expect(FixCheck(article).verdict(of: server, at: .sp4).verdict == .affected)
    #expect(FixCheck(article).verdict(of: server, at: .sp5).verdict == .fixed)
    for level in [ServicePack.sp3, .sp4, .sp5] {
      let answer = FixCheck(article).verdict(of: server, at: level)
      #expect(answer.fixedIn == .sp5)
      #expect(answer.evidence.map(\.source) == ["STATUS", "Keywords"])
      #expect(answer.notes.contains { $0.contains("different levels") })
    }

    article.fixes = [
      FixRule(product: .server, resolution: .latestServicePack, certainty: .stated, evidence: [])
    ]
    #expect(FixCheck(article).verdict(of: server, at: .sp6a).verdict == .unknown)
  }
}
