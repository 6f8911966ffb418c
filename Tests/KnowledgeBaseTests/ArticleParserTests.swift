import Bytes
import Foundation
import KnowledgeBase
import Testing

private let rule = String(repeating: "=", count: 77)
private let dashes = String(repeating: "-", count: 79)

@Suite("Reading an article of the archive")
struct ArticleParserTests {
  static let whole = ArticleText(
    title: "Spooler Leaks When a Made-Up Driver Prints",
    appliesTo: [
      "Microsoft Windows NT Server versions 4.0, 4.0 SP4",
      "Microsoft Windows NT Workstation version 4.0",
    ],
    sections: [
      ("SYMPTOMS", "The spooler grows.\n\n   Name      Size\n   ---------------\n   a.dll     12"),
      (
        "RESOLUTION",
        "Get the pack. See:\n\n   Q900002 How to Get a Pack of This\n   and That\n\nAlso Q900003."
      ),
      ("STATUS", "First part\n----------\n\nText one.\n\nSecond part\n-----------\n\nText two."),
    ],
    keywords: "kbprint kbWinNT400sp5fix")

  @Test("every field is read")
  func fields() throws {
    let parsed = try Self.whole.parsed()
    let article = parsed.article
    #expect(article.id.description == "Q900001")
    #expect(article.title == "Spooler Leaks When a Made-Up Driver Prints")
    #expect(article.date.description == "2001-08-09")
    #expect(article.group == "winnt")
    #expect(article.product == "Microsoft Windows NT")
    #expect(article.versions == "winnt:4.0")
    #expect(
      article.appliesTo == [
        "Microsoft Windows NT Server versions 4.0, 4.0 SP4",
        "Microsoft Windows NT Workstation version 4.0",
      ])
    #expect(article.keywords == ["kbprint", "kbWinNT400sp5fix"])
    #expect(article.technology == ["kbWinNTsearch", "kbWinNT400search"])
    #expect(article.issueType == "kbbug")
    #expect(article.solutionType == "kbfix")
    #expect(article.hardware == "ALPHA x86")
    #expect(article.queryWords == ["one", "two"])
    #expect(article.sections.map(\.heading) == ["SYMPTOMS", "RESOLUTION", "STATUS"])
    #expect(article.sections[0].text.contains("   Name      Size\n   ---------------\n   a.dll"))
    #expect(article.links.map(\.id.description) == ["Q900002", "Q900003"])
    #expect(article.links.map(\.title) == ["How to Get a Pack of This and That", ""])
    #expect(article.notice.hasSuffix("Copyright Nobody 2001."))
    #expect(article.source == .imported)
    #expect(article.fields.isEmpty)
    #expect(parsed.oddities.isEmpty)
    #expect(parsed.fixList == nil)
  }

  @Test("a section is taken apart at its sub-headings; a table is no sub-heading")
  func parts() throws {
    let sections = try Self.whole.parsed().article.sections
    #expect(sections[2].parts.map(\.heading) == ["First part", "Second part"])
    #expect(sections[2].parts.map(\.text) == ["Text one.", "Text two."])
    #expect(sections[0].parts.map(\.heading) == [""])
  }

  @Test("line ends are all the same", arguments: ["\r\n", "\n", "\r"])
  func lineEnds(lineEnd: String) throws {
    var text = Self.whole
    text.lineEnd = lineEnd
    #expect(try text.parsed() == Self.whole.parsed())
  }

  @Test("a file without a usable number is refused; one that is too large too")
  func refusals() {
    for text in ["", "DOCUMENT:", "DOCUMENT:Q0", "TITLE   :no number", "\0\0", "DOCUMENT:Qx  y"] {
      #expect(throws: ArticleParser.Failure.noIdentifier) {
        try ArticleParser().parse(Array(text.utf8))
      }
    }
    #expect(throws: ArticleParser.Failure.tooLarge(bytesMax: ArticleParser.bytesMax)) {
      try ArticleParser().parse([UInt8](repeating: 0x20, count: ArticleParser.bytesMax + 1))
    }
  }

  @Test(
    "a broken file gives what it has, and says what is odd",
    arguments: [
      ("DOCUMENT:Q900001", Oddity.Kind.missingHeaderLine),
      ("DOCUMENT:Q900001  31-FEB-2001  [winnt]", .unreadableDate),
      ("DOCUMENT:Q900001  09-AUG-2001  [winnt]\nTITLE   :", .missingTitle),
      ("DOCUMENT:Q900001\n\nKeywords          : kbx", .noText),
      ("DOCUMENT:Q900001\n\nA\0B", .nulByte),
      ("DOCUMENT:Q900001\n\nA\u{1B}B", .controlByte),
      ("DOCUMENT:Q900001\n\nText.\n\nKBCategory: kbtool\nKBSubcategory: x", .olderTrailer),
      ("DOCUMENT:Q900001\n\nText.", .noTrailer),
      ("DOCUMENT:Q900001\nPROD/VER:winnt:4.0\n\nText.", .noAppliesTo),
      ("DOCUMENT:Q900001\n\nText.", .noNotice),
      (
        "DOCUMENT:Q900001\n\nCAUSE\n=====\n\nA\n\nSTATUS\n======\n\nB\n\nCAUSE\n=====\n\nC",
        .repeatedSection
      ),
      ("DOCUMENT:Q900001\n\nKeywords          : kbx\n\nCAUSE\n=====\n\nAfter.", .trailerBeforeText),
    ])
  func oddities(text: String, kind: Oddity.Kind) throws {
    let parsed = try ArticleParser().parse(Array(text.utf8))
    #expect(parsed.oddities.contains { $0.kind == kind }, "\(parsed.oddities)")
    #expect(lostLines(of: Array(text.utf8), in: parsed.article).isEmpty)
  }

  @Test(
    "forms that articles have besides the usual one are not odd",
    arguments: [
      // No products: a game, a book.
      (products: "", body: "SUMMARY\n=======\n\nThe tower stands east of the runway."),
      // A list without entries.
      (
        products:
          "\(dashes)\nThe information in this article applies to:\n\n\(dashes)\n",
        body: "SUMMARY\n=======\n\nThe tool mends project files."
      ),
      // No headings.
      (products: "", body: "The plotter asks the program for its paper.\n\nNo answer is right."),
      // A quoted file, whose parts stand under the same heading.
      (
        products: "",
        body: "MORE INFORMATION\n================\n\nTips\n\n"
          + "MORE INFORMATION\n================\n\nTables"
      ),
    ])
  func otherForms(products: String, body: String) throws {
    let header = [
      "DOCUMENT:Q900001  30-JUL-2001  [homegame]", "TITLE   :Where the Tower Stands",
      "PRODUCT :A Game", "PROD/VER:", "OPER/SYS:", "KEYWORDS:", "",
      String(repeating: "=", count: 70),
    ]
    let file =
      header.joined(separator: "\n")
      + "\n\(products)\n\(body)\n\nAdditional query words:\n\n\(rule)\nKeywords          :  \n\n"
      + "\(rule)\n"
      + "\nTHE INFORMATION PROVIDED IN THE ARCHIVE COMES AS IT IS."
    let parsed = try ArticleParser().parse(Array(file.utf8))
    #expect(parsed.oddities == [])
    #expect(parsed.article.appliesTo == [])
    #expect(!parsed.article.sections.isEmpty)
    #expect(lostLines(of: Array(file.utf8), in: parsed.article).isEmpty)
  }

  @Test("headings that are repeated, and text before the first, are kept")
  func repeatedHeadings() throws {
    let text = "DOCUMENT:Q900001\n\nBefore.\n\nCAUSE\n=====\n\nOne.\n\nCAUSE\n=====\n\nTwo."
    let sections = try ArticleParser().parse(Array(text.utf8)).article.sections
    #expect(sections.map(\.heading) == ["", "CAUSE", "CAUSE"])
    #expect(sections.map(\.text) == ["Before.", "One.", "Two."])
  }

  @Test(
    "the page of the bytes above 0x7F is found",
    arguments: [
      ([0x20, 0xB7, 0x20], " · "), ([0x61, 0x6E, 0x92, 0x74], "an’t"), ([0x63, 0xE9, 0x65], "cée"),
      ([0x20, 0x81, 0x62, 0x65, 0x72], " über"), ([0xC9, 0xCD, 0xCD, 0xCD, 0xBB], "╔═══╗"),
      ([0x67, 0x72, 0x94, 0x61, 0x81, 0x65], "gröaüe"), ([0x20, 0xC3, 0xA9], " é"),
    ] as [([UInt8], String)])
  func codePages(bytes: [UInt8], expected: String) throws {
    let file = Array("DOCUMENT:Q900001\n\nX".utf8) + bytes + Array("X".utf8)
    let article = try ArticleParser().parse(file).article
    #expect(article.sections.map(\.text) == ["X\(expected)X"])
  }

  @Test("the header's keywords stay where they are not the trailer's")
  func headerKeywords() throws {
    var lines = Self.whole.lines
    let index = try #require(lines.firstIndex { $0.hasPrefix("KEYWORDS:") })
    lines[index] = "KEYWORDS:kbprint kbOld"
    let article = try ArticleParser().parse(Array(lines.joined(separator: "\r\n").utf8)).article
    #expect(article.keywords == ["kbprint", "kbWinNT400sp5fix"])
    #expect(article.fields == [Article.Field(name: "KEYWORDS", value: "kbprint kbOld")])
    lines[index] = "KEYWORDS:kbprintkbWinNT400sp"
    let glued = try ArticleParser().parse(Array(lines.joined(separator: "\r\n").utf8)).article
    #expect(glued.keywords == ["kbprint", "kbWinNT400sp5fix"])
    #expect(glued.fields == [])
  }

  @Test("no line is lost, whatever is cut from the file or put into it")
  func losesNothing() throws {
    var random = TestRandom()
    for _ in 0..<300 {
      var lines = Self.whole.lines
      for _ in 0..<(random.next() % 6) {
        let index = Int(random.next() % UInt64(lines.count - 1)) + 1
        switch random.next() % 4 {
        case 0: lines.remove(at: index)
        case 1: lines.insert("An inserted line \(random.next() % 100)", at: index)
        case 2: lines.swapAt(index, 1 + Int(random.next() % UInt64(lines.count - 1)))
        default: lines.insert(lines[Int(random.next() % UInt64(lines.count - 1)) + 1], at: index)
        }
      }
      let bytes = Array(lines.joined(separator: "\r\n").utf8)
      let lost = lostLines(of: bytes, in: try ArticleParser().parse(bytes).article)
      #expect(lost.isEmpty, "seed \(random.seed): \(lost)")
    }
  }

  @Test("no bytes trap the parser, and time stays linear")
  func survivesNoise() throws {
    var random = TestRandom()
    let original = Self.whole.bytes
    let parser = ArticleParser()
    for round in 0..<2_000 {
      var bytes = original
      for _ in 0...(random.next() % 20) {
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int(random.next() % 90)))
        case 2: bytes.insert(contentsOf: bytes.suffix(Int(random.next() % 200)), at: index)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next() % 64), at: index)
        }
        if bytes.isEmpty { bytes = original }
      }
      let parsed = try? parser.parse(bytes)
      #expect(parsed == (try? parser.parse(bytes)), "seed \(random.seed), round \(round)")
    }
  }

  /// `FIXLEVEL_ARCHIVE` names a folder of articles to run over besides.
  @Test(
    "loses no line of an archive",
    .enabled(if: ProcessInfo.processInfo.environment["FIXLEVEL_ARCHIVE"] != nil))
  func archive() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["FIXLEVEL_ARCHIVE"])
    let parser = ArticleParser()
    var files = 0
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    where path.lowercased().hasSuffix(".txt") {
      let data = try Data(contentsOf: URL(filePath: folder).appending(path: path))
      let bytes = Array(data)
      let lost = lostLines(of: bytes, in: try parser.parse(bytes).article)
      #expect(lost.isEmpty, "\(path): \(lost.prefix(3))")
      files += 1
    }
    #expect(files > 0)
  }
}

/// SplitMix64 with a seed that a failing test prints; `FIXLEVEL_TEST_SEED` sets it.
struct TestRandom {
  let seed: UInt64
  private var state: UInt64

  init() {
    seed =
      ProcessInfo.processInfo.environment["FIXLEVEL_TEST_SEED"].flatMap { UInt64($0) }
      ?? UInt64.random(in: .min ... .max)
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
