import Foundation
import Testing

/// Holds the modules to their table. What a target depends on is read from Package.swift; what that can't
/// say (which module may use Foundation, which is pure) stands here alone; ARCHITECTURE.md is compared
/// with both.
@Suite("The layout of the modules")
struct LayoutTests {
  /// Libraries of the toolchain that a module may import; all others import none.
  static let toolchain: [String: Set<String>] = [
    "ArticleStore": ["Foundation", "Synchronization"],
    "Fleet": ["Foundation", "Synchronization"],
    "FleetPrometheus": ["Foundation", "Synchronization"],
    "FleetSQLite": ["Foundation", "Synchronization"],
    "HTTPClient": ["Foundation", "Synchronization"],
    "HTTPServer": ["Foundation", "Synchronization"],
    "HTTPWire": ["Synchronization"],
    "Meters": ["Synchronization"],
    "Service": ["Foundation", "Synchronization"],
    "SQLite": ["Foundation", "Synchronization"],
    "System": ["Foundation", "Synchronization"],
    "UseCases": ["Foundation", "Synchronization"],
    "Web": ["Foundation", "Synchronization"],
    "bench-detect": ["Foundation"],
    "bench-fixlists": ["Foundation"],
    "bench-parse": ["Foundation"],
    "bench-search": ["Foundation"],
    "fixlevel": ["Foundation", "Synchronization"],
  ]

  /// Modules that know no file, no socket, no clock and no randomness of the machine.
  static let pure: Set<String> = [
    "Bytes", "Diagnosis", "Handles", "HTTPWire", "KnowledgeBase", "Meters", "Telemetry",
  ]

  /// Modules in which no two folders may use each other's types. In the others a pair that stays has its
  /// reason here.
  static let circles: [String: String] = [:]

  @Test("a module imports what Package.swift names for it, and all of that")
  func imports() throws {
    for target in try PackageTargets.all where !target.isSystemLibrary {
      let allowed = target.imports.union(Self.toolchain[target.name] ?? [])
      let imported = try Self.sources(of: target.name).map { ($0.name, $0.imports) }
      for (name, modules) in imported {
        for module in modules.subtracting(allowed).sorted() {
          Issue.record("\(target.name)/\(name) imports \(module)")
        }
      }
      let used = imported.reduce(into: Set<String>()) { $0.formUnion($1.1) }
      // CLinux is C.
      guard !used.isEmpty || !target.imports.isEmpty else { continue }
      #expect(allowed.subtracting(used).isEmpty, "\(target.name) names what it does not import")
    }
  }

  @Test("an import that is not named is found")
  func plantedImport() {
    let source = SwiftSource(
      name: "Planted.swift", text: "public import HTTPWire\nimport struct GRDB.Row\n")
    #expect(source.imports == ["HTTPWire", "GRDB"])
  }

  @Test("ARCHITECTURE.md has a row for every module, which names its layer and its imports")
  func architecture() throws {
    let rows = try ModuleTable.rows
    let targets = try PackageTargets.all.filter {
      !$0.isSystemLibrary && !$0.name.hasPrefix("bench-")
    }
    #expect(Set(rows.map(\.module)) == Set(targets.map(\.name)).subtracting(["CLinux"]))
    let layers = Dictionary(uniqueKeysWithValues: rows.map { ($0.module, $0.layer) })
    for target in targets {
      guard let row = rows.first(where: { $0.module == target.name }) else { continue }
      let documented = row.imports.union(
        Self.toolchain[target.name]?.intersection(["Foundation"]) ?? [])
      let expected = target.imports.union(
        Self.toolchain[target.name]?.intersection(["Foundation"]) ?? [])
      #expect(documented == expected, "ARCHITECTURE.md, \(target.name)")
      #expect(
        row.imports.contains("Foundation")
          == (Self.toolchain[target.name]?.contains("Foundation") ?? false),
        "ARCHITECTURE.md, Foundation in \(target.name)")
      for module in target.imports {
        if let below = layers[module] {
          #expect(below < row.layer, "\(target.name) imports \(module)")
        }
      }
    }
  }

  @Test("the fuzzer builds the package's targets and packages as the package does")
  func fuzzer() throws {
    let targets = Dictionary(uniqueKeysWithValues: try PackageTargets.all.map { ($0.name, $0) })
    let fuzzed = try PackageTargets.all(in: "Fuzz/Package.swift").filter { $0.name != "fuzz" }
    #expect(fuzzed.count > 10)
    for target in fuzzed { #expect(target == targets[target.name], "\(target.name)") }
    let packages = try PackageTargets.packages(in: "Package.swift")
    let used = try PackageTargets.packages(in: "Fuzz/Package.swift")
    #expect(!used.isEmpty && used.isSubset(of: packages), "\(used.subtracting(packages))")
  }

  @Test("no two folders of a module use each other's types")
  func folderCircles() throws {
    for target in try PackageTargets.all where !target.isSystemLibrary {
      let found = FolderCircles.find(in: try Self.sources(of: target.name))
      for circle in found where Self.circles["\(target.name): \(circle.folders)"] == nil {
        Issue.record("\(target.name): \(circle.description)")
      }
    }
  }

  @Test("a circle between two folders is found")
  func plantedCircle() {
    let sources = [
      SwiftSource(name: "A/One.swift", text: "public struct One {\n  var other: Two\n}\n"),
      SwiftSource(name: "B/Two.swift", text: "final class Two {}\nextension One {}\n"),
      SwiftSource(name: "Root.swift", text: "struct Root { var one: One; var two: Two }\n"),
    ]
    #expect(FolderCircles.find(in: sources).map(\.folders) == ["A and B"])
    #expect(FolderCircles.find(in: [sources[0], sources[2]]).isEmpty)
  }

  @Test("clocks and global randomness stay out of the pure modules")
  func purity() throws {
    let banned = [
      "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", ".random(in",
      "shuffled()",
    ]
    for module in Self.pure {
      #expect(Self.toolchain[module]?.contains("Foundation") != true)
      for source in try Self.sources(of: module) {
        for word in banned {
          for line in source.lines(with: word) where !line.contains("using:") {
            Issue.record("\(module)/\(source.name): \(word) in \(line)")
          }
        }
      }
    }
  }

  @Test("ARCHITECTURE.md names the file that answers each of a newcomer's questions")
  func newcomer() throws {
    let text = try String(
      contentsOf: ProgramRun.packageFolder.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
    let answers = text.matches(of: /\| [^|]+\? \| `(Sources\/[^`]+)` \|/).map {
      String($0.output.1)
    }
    #expect(answers.count >= 10)
    for path in answers {
      #expect(
        FileManager.default.fileExists(
          atPath: ProgramRun.packageFolder.appending(path: path).path), "\(path)")
    }
  }

  private static func sources(of module: String) throws -> [SwiftSource] {
    try SwiftSource.all(in: "Sources/\(module)").filter { !$0.name.hasSuffix(".pb.swift") }
  }
}
