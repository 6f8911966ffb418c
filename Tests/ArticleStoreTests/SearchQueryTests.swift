import Bytes
import GRDB
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("The search box")
struct SearchQueryTests {
  @Test(
    "words, phrases and exclusions",
    arguments: [
      ("handle leak", #""handle" "leak""#),
      (#""handle leak" spooler"#, #""handle leak" "spooler""#),
      ("leak -printer", #"("leak") NOT ("printer")"#),
      (#"leak -"blue screen" --x"#, #"("leak") NOT ("blue screen" OR "x")"#),
      ("AND OR NOT NEAR(a)", #""AND" "OR" "NOT" "NEAR(a)""#),
      ("title: ^a* b+c", #""title:" "^a*" "b+c""#),
      (#"unclosed "phrase here"#, #""unclosed" "phrase here""#),
      (#"a"b"c"#, #""a" "b" "c""#),
      ("ntdll.dll 0x0000000A", #""ntdll.dll" "0x0000000A""#),
      ("a\u{0}b\tc", #""a" "b" "c""#),
    ])
  func match(text: String, expected: String) throws {
    #expect(try SearchQuery(text).match == expected)
  }

  @Test(
    "without words there is nothing to search for",
    arguments: ["", "   ", "\"", "\"\"", "- -", "()*^:+", "-excluded", "-\"a b\"", "\u{0}", "…"])
  func empty(text: String) throws {
    let query = try SearchQuery(text)
    #expect(query.isEmpty && query.match == nil)
  }

  @Test(
    "words that must not be there ask for nothing by themselves",
    arguments: ["-a", "-a -\"b c\""])
  func nothingWanted(text: String) throws {
    #expect(throws: SearchQuery.Failure.nothingWanted) { try SearchQuery.asked(text) }
    #expect(try !SearchQuery.asked("\(text) d").isEmpty)
    #expect(try SearchQuery.asked("- ").isEmpty)
  }

  @Test("an article's number in every spelling", arguments: ["Q179827", " kb179827 ", "179827"])
  func number(text: String) throws {
    #expect(try SearchQuery(text).articleID == Article.q179827.id)
    #expect(try SearchQuery("\(text) leak").articleID == nil)
  }

  @Test("long texts and many words are refused, in so many words")
  func limits() throws {
    #expect(throws: SearchQuery.Failure.tooLong(bytesMax: 256)) {
      try SearchQuery(String(repeating: "x", count: 257))
    }
    #expect(throws: SearchQuery.Failure.tooManyWords(wordsMax: 16)) {
      try SearchQuery(String(repeating: "x ", count: 17))
    }
    #expect(try SearchQuery((0..<16).map { "x\($0) " }.joined()).terms.count == 16)
    for separator in [" ", "-", "_", "."] {
      func phrase(_ count: Int) -> String {
        "\"\(Array(repeating: "the", count: count).joined(separator: separator))\""
      }
      #expect(throws: SearchQuery.Failure.tooManyWords(wordsMax: 16)) {
        try SearchQuery(phrase(17))
      }
      #expect(try SearchQuery(phrase(16)).terms.count == 1)
    }
  }

  @Test("no text whatever is a syntax error to SQLite, or finds what it doesn't say")
  func anything() throws {
    let directory = try TestDirectory()
    let store = try ArchiveFixture.store(directory)
    let pieces = [
      "\"", "'", "-", "*", "^", ":", "(", ")", "+", "{", "}", ",", ";", "--", "/*", "\\", "\u{0}",
      "\n", " ", " ", " ", "AND", "OR", "NOT", "NEAR", "title", "handle", "leak", "é", "ß", "ﬁ",
      "\u{202E}", "\u{E000}", "\u{1F600}", "e\u{301}", "१२३", "Ⅷ", "中文", "Q100001", "%", "_",
    ]
    var random = SeededRandom()
    for _ in 0..<1_000 {
      let text = (0..<Int.random(in: 0...12, using: &random))
        .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      guard let query = try? SearchQuery(text) else { continue }
      do {
        let page = try store.search(query, limit: 5)
        #expect(page.items.count <= 5)
        for hit in page.items {
          #expect(hit.snippet.parts.allSatisfy { !$0.text.unicodeScalars.contains("\u{E000}") })
        }
        _ = try store.suggestions(for: text)
        _ = try store.spelling(of: query)
      } catch {
        Issue.record("seed \(random.seed): \(text.debugDescription): \(error)")
      }
    }
  }

  @Test("a term that is excluded is in no hit, one that is wanted is in all")
  func semantics() throws {
    let directory = try TestDirectory()
    let store = try ArchiveFixture.store(directory)
    func numbers(_ text: String) throws -> [Int] {
      try store.search(try SearchQuery(text)).items.map(\.id.number).sorted()
    }
    #expect(try numbers("handle") == [100_001, 100_002, 100_004, 179_827])
    #expect(try numbers("handles -printer -registry") == [100_001])
    #expect(try numbers("\"forgets a handle\"") == [100_001])
    #expect(try numbers("\"handle a forgets\"") == [])
    #expect(try numbers("ntdll.dll") == [100_004])
    #expect(try numbers("bloat") == [100_004])
    #expect(try numbers("kbmodem") == [100_003])
  }
}
