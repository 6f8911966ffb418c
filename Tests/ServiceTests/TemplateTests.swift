import ArticleStore
import Bytes
import Diagnosis
import Fleet
import FleetSQLite
import Foundation
import Handles
import KnowledgeBase
import SQLite
import System
import Testing

@testable import Service
@testable import UseCases
@testable import Web

/// What the sources say of the models: which members each has, and of which types they are.
private struct ModelSources {
  /// Types in the declared type of each member, by the members' names, by the type's full name.
  private(set) var members: [String: [String: [String]]] = [:]

  /// Reads `struct` and `extension` with their members, by their indentation, which the format holds.
  init(folders: [String]) throws {
    for folder in folders {
      let root = TestClient.packageFolder.appending(path: folder)
      for path in try FileManager.default.subpathsOfDirectory(atPath: root.path)
      where path.hasSuffix(".swift") {
        read(try String(contentsOf: root.appending(path: path), encoding: .utf8))
      }
    }
  }

  private mutating func read(_ source: String) {
    var open: [(indent: Int, name: String)] = []
    for line in source.split(separator: "\n") {
      let indent = line.prefix { $0 == " " }.count
      let words = line.drop { $0 == " " }
      if words.hasPrefix("//") { continue }
      while let last = open.last, last.indent >= indent, !words.hasPrefix("}") { open.removeLast() }
      let modifiers = /^(?:public |package |private |fileprivate |private\(set\) |final )*/
      let declaration = words.trimmingPrefix(modifiers)
      if let match = declaration.prefixMatch(of: /(?:struct|enum|class|extension) ([\w.]+)/) {
        let name = ([open.last?.name] + [String(match.1)]).compactMap(\.self).joined(separator: ".")
        open.append((indent, name))
        members[name, default: [:]].merge([:]) { $1 }
      } else if let owner = open.last, indent == owner.indent + 2,
        let match = declaration.prefixMatch(of: /(?:var|let) `?(\w+)`?(?:: ([^={]+))?/)
      {
        let types = (match.2 ?? "").matches(of: /[A-Z][\w.]*/).map { String($0.0) }
        members[owner.name, default: [:]][String(match.1)] = types
      }
    }
  }

  /// The names of all members that a template can come to from a model.
  func names(from model: String) -> Set<String> {
    var names: Set<String> = []
    var seen: Set<String> = []
    var waiting = [model]
    while let type = waiting.popLast() {
      guard seen.insert(type).inserted, let own = members[type] else { continue }
      names.formUnion(own.keys)
      for name in own.values.joined() {
        if let found = find(name, in: type) { waiting.append(found) }
      }
    }
    return names
  }

  /// The full name of a type that is named inside another: the innermost that there is.
  private func find(_ name: String, in type: String) -> String? {
    var scope = type.split(separator: ".")
    while true {
      let full = (scope.map(String.init) + [name]).joined(separator: ".")
      if members[full] != nil { return full }
      if scope.popLast() == nil { return nil }
    }
  }
}

@Suite("Templates and their models")
struct TemplateTests {
  private static let folder = TestClient.packageFolder.appending(path: "Public/templates")

  /// The names that a template and the partials in it ask for.
  private static func names(_ template: String, _ seen: inout Set<String>) throws -> Set<String> {
    guard seen.insert(template).inserted else { return [] }
    let text = try String(
      contentsOf: folder.appending(path: "\(template).mustache"), encoding: .utf8)
    return try names(in: text, &seen)
  }

  private static func names(in text: String, _ seen: inout Set<String>) throws -> Set<String> {
    var names: Set<String> = []
    for tag in text.matches(of: /\{\{\{?\s*([#^\/>$<!%]?)\s*([^}]+?)\s*\}\}/) {
      switch tag.1 {
      case ">", "<": names.formUnion(try Self.names(String(tag.2), &seen))
      case "", "#", "^":
        // `form.groups` asks for both.
        names.formUnion(tag.2.split(separator: ".").map(String.init))
      default: break
      }
    }
    return names
  }

  private static func model(_ page: PageTemplate) -> String {
    switch page {
    case .home: "HomePage"
    case .article: "ArticlePage"
    case .search: "SearchResultsPage"
    case .check: "CheckPage"
    case .missing: "MissingListPage"
    case .simulate: "SimulatePage"
    case .diagnose: "DiagnoseFormPage"
    case .diagnosis: "DiagnosisPage"
    case .report: "DiagnosisReport"
    case .fleet: "FleetPage"
    case .host: "HostDiagnosisPage"
    case .docs: "DocsPage"
    case .problem: "ProblemPage"
    case .openSearch: "OpenSearchDescription"
    case .signIn: "SignInPage"
    }
  }

  private static func sources() throws -> ModelSources {
    // Snippets of a search come as the store has them.
    try ModelSources(folders: [
      "Sources/Service/Pages", "Sources/ArticleStore", "Sources/KnowledgeBase/Fixes",
    ])
  }

  @Test("a name in a template is a member of its model", arguments: PageTemplate.allCases)
  func members(page: PageTemplate) throws {
    let sources = try Self.sources()
    let known = sources.names(from: Self.model(page)).union(sources.names(from: "PageFrame"))
    var seen: Set<String> = []
    let names = try Self.names(page.rawValue, &seen)
    #expect(!names.isEmpty)
    #expect(names.subtracting(known).sorted() == [], "\(page.rawValue)")
  }

  @Test("a name that no member has is found out")
  func unknown() throws {
    let known = try Self.sources().names(from: "CheckPage")
    var seen: Set<String> = []
    let names = try Self.names(in: "{{title}}{{#answer}}{{sentense}}{{/answer}}", &seen)
    #expect(names.subtracting(known) == ["sentense"])
  }
}
