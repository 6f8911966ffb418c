import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import Mustache
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// A mark of HTML that stands beside a combining or prepended mark is one character with it for Swift,
/// and still a mark for a browser.
@Suite("What is written into pages and tables stays text, whatever stands beside it")
struct EscapingTests {
  static let neighbours = [
    "", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{600}", "\u{6DD}", "\u{D4E}", "\u{110BD}", "\u{20E3}",
  ]

  /// The marks with a neighbour before, behind, and on both sides.
  static func around(_ mark: String, _ neighbours: [String] = neighbours) -> [String] {
    neighbours.flatMap { [$0 + mark, mark + $0, $0 + mark + $0] }
  }

  @Test("five marks are escaped beside every neighbour")
  func marks() {
    for (mark, escaped) in ["<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;"] {
      for text in Self.around(mark) {
        let result = ScalarHTML().escapeText("a\(text)b")
        #expect(
          !result.unicodeScalars.contains { $0 == "<" || $0 == ">" || $0 == "\"" || $0 == "'" })
        #expect(result.unicodeScalars.count == "a\(text)b".unicodeScalars.count + escaped.count - 1)
        #expect(Array(result.utf8).firstRange(of: Array(escaped.utf8)) != nil)
      }
    }
    #expect(ScalarHTML().escapeText("plain ü") == "plain ü")
  }

  @Test(
    "no page shows a tag or ends an attribute that a query names",
    arguments: [
      "/kb?q=", "/kb?group=", "/check?reported=", "/missing?product=windows-nt-4.0&q=",
      "/missing?service_pack=", "/simulate?opens_per_hour=", "/diagnose?product=", "/kb/",
    ])
  func pages(target: String) throws {
    let client = try TestClient()
    let few = ["\u{301}", "\u{600}", "\u{110BD}"]
    for text in Self.around("<i id=injected>", few) + Self.around("\" onfocus=\"", few) {
      let query = try #require(
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      let answer = try client.get(target + query, ["Accept": "text/html"])
      let html = answer.body
      #expect(html.firstRange(of: Array("<i id=injected".utf8)) == nil, "\(target)\(query)")
      #expect(html.firstRange(of: Array("\" onfocus=".utf8)) == nil, "\(target)\(query)")
      // With a mark between the quotation mark and the blank.
      for neighbour in Self.neighbours {
        #expect(html.firstRange(of: Array("\"\(neighbour) onfocus=".utf8)) == nil)
      }
    }
  }

  @Test("every template escapes so")
  func templates() throws {
    let client = try TestClient()
    for name in try FileManager.default.contentsOfDirectory(
      atPath: TestClient.packageFolder.appending(path: "Public/templates").path)
    {
      let template = try #require(
        client.service.files.templates.getTemplate(named: String(name.dropLast(9))))
      #expect(template.description.hasPrefix(ScalarHTML.pragma), "\(name)")
    }
  }

  @Test("a cell of a table stays one cell")
  func cells() {
    for text in Self.around("\"") + Self.around(",") + Self.around("\r") + Self.around("\n") {
      var csv = CSV(header: [])
      let start = csv.bytes.count
      csv.append([text + ",=cmd|' /C calc'!A0,"])
      // Without its ends the cell has quotation marks in pairs only.
      let cell = csv.bytes[start...].dropLast(2)
      #expect(cell.first == UInt8(ascii: "\"") && cell.last == UInt8(ascii: "\""))
      var isOpen = false
      for byte in cell.dropFirst().dropLast() {
        if byte == UInt8(ascii: "\"") { isOpen.toggle() } else { #expect(!isOpen) }
      }
      #expect(!isOpen)
    }
  }
}
