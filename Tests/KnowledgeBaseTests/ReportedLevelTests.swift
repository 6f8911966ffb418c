import Foundation
import KnowledgeBase
import Testing

@Suite("What hosts and people call a service pack")
struct ReportedLevelTests {
  static let spellings: [(String, [ServicePack])] = [
    ("", [.rtm]), ("  ", [.rtm]), ("RTM", [.rtm]), ("0", [.rtm]), ("0x0", [.rtm]),
    ("SP1", [.sp1]), ("sp3", [.sp3]), ("SP 3", [.sp3]), ("3", [.sp3]),
    ("Service Pack 3", [.sp3]), ("service pack 4", [.sp4]), ("SERVICE PACK 5", [.sp5]),
    ("Service Pack 4.0", [.sp4]), ("Service Pack Two", [.sp2]), ("Service Pack\t3\n", [.sp3]),
    ("Windows NT 4.0 Service Pack 4", [.sp4]), ("Windows NT 4 SP3", [.sp3]),
    ("SP3 Service Pack 3", [.sp3]),
    ("Version 4.0 (Build 1381: Service Pack 3)", [.sp3]),
    ("Version 4.0 (Build 1381: Service Pack 6)", [.sp6, .sp6a]),
    ("Service Pack 6", [.sp6, .sp6a]), ("6", [.sp6, .sp6a]), ("0x600", [.sp6, .sp6a]),
    ("SP6", [.sp6]), ("SP6a", [.sp6a]), ("sp6A", [.sp6a]), ("Revised Service Pack 6a", [.sp6a]),
    ("SRP", [.srp]),
    ("Service Pack 3, RC 1.76", [.sp2, .sp3]), ("Service Pack 3, RC 1.", [.sp2, .sp3]),
    ("Service Pack 6, RC1.6", [.sp5, .sp6]), ("Service Pack 4, Release Candidate 2", [.sp3, .sp4]),
    ("0x300", [.sp3]), ("0X400", [.sp4]), ("768", [.sp3]), ("0x0301", [.sp2, .sp3]),
    ("4.0.1381.1", [.rtm, .sp1]), ("4.0.1381.3", [.sp2]), ("4.0.1381.4", [.sp3]),
    ("4.0.1381.133", [.sp4]), ("4.0.1381.204", [.sp5]), ("4.0.1381.335", [.sp6, .sp6a]),
    ("4.0.1381.7086", [.srp]),
  ]

  @Test("is found on the ladder of Windows NT Server", arguments: spellings)
  func reads(text: String, expected: [ServicePack]) throws {
    let server = try #require(ProductCatalogue.builtIn[.server])
    guard case .candidates(let levels, let note) = ReportedLevel(text, of: server) else {
      Issue.record("\(text) was not read")
      return
    }
    #expect(levels == expected)
    #expect((note != nil) == (levels.count > 1), "several candidates need a reason, one none")
  }

  @Test(
    "is refused where it names none",
    arguments: [
      "Hardware: x86 Family 6 Model 5 Stepping 2 AT/AT COMPATIBLE - Software: Windows NT Version "
        + "4.0 (Build Number: 1381 Uniprocessor Free )",
      "4.0", "1381", "Windows NT 4.0", "Service Pack", "Service Pack x", "SP", "SP3 or SP4",
      "SNA Server Service Pack 4", "Exchange Server 5.5 Service Pack 2", "4.0.1381", "4.0.1381.x",
      "4.0.1381.99", "5.0.2195.1", "-3", "+3", "３", "0x", "0xZZ", "0x-300", "0x+300", "0x0001",
      "unknown", "SP-3",
      "Windows NT Server 4.0, Terminal Server Edition Service Pack 4", "SP999999999999999999999",
      String(repeating: "SP3 ", count: 100),
    ])
  func doesNotGuess(text: String) throws {
    let server = try #require(ProductCatalogue.builtIn[.server])
    #expect(ReportedLevel(text, of: server) == .unrecognised)
  }

  @Test(
    "is told apart from a level that the product never had",
    arguments: [
      ("SP7", ProductID.server), ("SP4a", .server), ("0x700", .server), ("Service Pack 9", .server),
      ("SP1", .terminalServer), ("SP2", .terminalServer), ("SP6a", .terminalServer),
      ("SRP", .terminalServer),
    ])
  func refusesForeignLevels(text: String, product: ProductID) throws {
    let product = try #require(ProductCatalogue.builtIn[product])
    guard case .notOnLadder = ReportedLevel(text, of: product) else {
      Issue.record("\(text) was taken for a level of \(product.name)")
      return
    }
  }

  @Test("Service Pack 6 of Terminal Server Edition is one level: it had no SP6a")
  func terminalServer() throws {
    let product = try #require(ProductCatalogue.builtIn[.terminalServer])
    #expect(ReportedLevel("Service Pack 6", of: product) == .candidates([.sp6], note: nil))
    #expect(
      ReportedLevel("Terminal Server Edition Service Pack 4", of: product)
        == .candidates([.sp4], note: nil))
  }

  @Test("what a level of the catalogue reports leads to it, or to what is said to be in its place")
  func reportedNames() {
    for product in ProductCatalogue.builtIn.products {
      for level in product.levels where level.servicePack != .rtm {
        guard case .candidates(let levels, let note) = ReportedLevel(level.reportedAs, of: product)
        else { continue }
        if level.servicePack == .srp {
          #expect(levels.contains(.sp6a) && note?.contains("SRP") == true)
          #expect(level.note?.contains("counts as SP6a") == true)
        } else {
          #expect(levels.contains(level.servicePack), "\(product.id) \(level.reportedAs)")
        }
      }
    }
  }

  @Test("no text traps the reader")
  func survivesNoise() throws {
    let server = try #require(ProductCatalogue.builtIn[.server])
    let parts = [
      "service", "pack", "sp", "3", "6a", "rc", "0x", "4.0.1381.", ",", " ", "(", "\0", "é", "99",
    ]
    let chosen = ProcessInfo.processInfo.environment["FIXLEVEL_TEST_SEED"].flatMap { UInt64($0) }
    let seed = chosen ?? UInt64.random(in: .min ... .max)
    var state = seed
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<(state % 9) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += parts[Int(state >> 33) % parts.count]
      }
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if case .candidates(let levels, _) = ReportedLevel(text, of: server) {
        #expect(!levels.isEmpty, "seed \(seed), text \(text)")
      }
    }
  }
}
