import Foundation
import Testing

@Suite("The tree keeps its rules")
struct TidyTests {
  /// What the files of a module may import, besides the modules of the floors below that
  /// Package.swift names: the table of ARCHITECTURE.md.
  static let imports: [String: Set<String>] = [
    "KnowledgeBase": [],
    "Diagnosis": ["KnowledgeBase", "RealModule"],
    "HTTPWire": ["HTTPTypes", "Synchronization"],
    "Telemetry": ["KnowledgeBase", "Diagnosis", "SwiftProtobuf"],
    "Storage": [
      "KnowledgeBase", "Diagnosis", "Foundation", "GRDB", "GRDBSQLite", "Synchronization",
    ],
    "HTTPServer": ["HTTPWire", "HTTPTypes", "CLinux", "Foundation", "Synchronization"],
    "Service": [
      "KnowledgeBase", "Diagnosis", "HTTPWire", "Telemetry", "Storage", "CSnappy", "CZlib",
      "Crypto", "Foundation", "HTTPTypes", "Mustache", "Synchronization",
    ],
    "Cluster": [
      "KnowledgeBase", "Diagnosis", "Telemetry", "Storage", "CSnappy", "Foundation",
      "FoundationNetworking", "Synchronization",
    ],
    "fixlevel": [
      "KnowledgeBase", "Diagnosis", "HTTPWire", "Telemetry", "Storage", "HTTPServer", "Service",
      "Cluster",
      "ArgumentParser", "Foundation", "Logging", "Synchronization",
    ],
    "bench-detect": ["KnowledgeBase", "Diagnosis", "Foundation"],
    "bench-fixlists": ["KnowledgeBase", "Foundation"],
    "bench-parse": ["KnowledgeBase", "Foundation"],
    "bench-search": ["Storage", "Foundation"],
  ]

  private static func sources(_ folder: String) throws -> [(name: String, lines: [Substring])] {
    let root = ProgramRun.packageFolder.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
      .filter { $0.hasSuffix(".swift") }
      .map { path in
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        return (path, text.split(separator: "\n", omittingEmptySubsequences: false))
      }
  }

  @Test(
    "a module imports from the floors below it and nothing else", arguments: imports.keys.sorted())
  func floors(module: String) throws {
    let allowed = try #require(Self.imports[module])
    let sources = try Self.sources("Sources/\(module)")
    #expect(!sources.isEmpty)
    for (name, lines) in sources {
      for line in lines {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1,
          index == 0 || ["public", "package", "internal", "private"].contains(words[0])
        else { continue }
        #expect(allowed.contains(String(words[index + 1])), "\(module)/\(name): \(line)")
      }
    }
  }

  @Test("every module has its row")
  func everyModule() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: ProgramRun.packageFolder.appending(path: "Sources").path)
    #expect(Set(folders) == Set(Self.imports.keys).union(["CLinux", "CSnappy", "CZlib"]))
  }

  @Test("no file traps on purpose on what a client sends, or leaves work undone")
  func banned() throws {
    // In two parts, so that a search of the tree for unfinished work doesn't find this list.
    let unfinished = ["TO" + "DO", "FIX" + "ME"]
    let banned =
      ["try!", "as!", "fatalError(", "@unchecked Sendable", "unsafeBitCast"] + unfinished
    for (name, lines) in try Self.sources("Sources") {
      for line in lines {
        for word in banned where line.contains(word) {
          Issue.record("\(name): \(word) in \(line)")
        }
      }
    }
  }

  @Test("clocks and global randomness stay out of the pure modules")
  func pure() throws {
    let banned = [
      "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", ".random(in",
      "shuffled()",
    ]
    for module in ["KnowledgeBase", "Diagnosis", "Telemetry", "HTTPWire"] {
      for (name, lines) in try Self.sources("Sources/\(module)") {
        for line in lines {
          for word in banned where line.contains(word) && !line.contains("using:") {
            Issue.record("\(module)/\(name): \(word) in \(line)")
          }
        }
      }
    }
  }

  @Test("a file stays short enough to have one reason to exist")
  func length() throws {
    // What protoc generated is as long as its messages are many.
    for (name, lines) in try Self.sources("Sources") where !name.hasSuffix(".pb.swift") {
      #expect(lines.count <= 400, "\(name) has \(lines.count) lines")
    }
  }
}
