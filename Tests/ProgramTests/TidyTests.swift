import Foundation
import Testing

@Suite("The tree keeps its rules")
struct TidyTests {
  /// What the files of a module may import, besides the modules of the floors below that
  /// Package.swift names: the table of ARCHITECTURE.md.
  static let imports: [String: Set<String>] = [
    "KnowledgeBase": [],
    "Diagnosis": ["KnowledgeBase", "RealModule"],
    "Meters": ["Synchronization"],
    "HTTPWire": ["HTTPTypes", "Meters", "Synchronization"],
    "Telemetry": ["KnowledgeBase", "Diagnosis", "SwiftProtobuf"],
    "Storage": [
      "KnowledgeBase", "Diagnosis", "Foundation", "GRDB", "GRDBSQLite", "Synchronization",
    ],
    "HTTPServer": [
      "HTTPWire", "HTTPTypes", "Meters", "CLinux", "Foundation", "Synchronization",
    ],
    "Service": [
      "KnowledgeBase", "Diagnosis", "HTTPWire", "Meters", "Telemetry", "Storage", "CSnappy",
      "CZlib", "Crypto", "Foundation", "HTTPTypes", "Mustache", "Synchronization",
    ],
    "Cluster": [
      "KnowledgeBase", "Diagnosis", "Telemetry", "Storage", "CSnappy", "Foundation",
      "FoundationNetworking", "Synchronization",
    ],
    "fixlevel": [
      "KnowledgeBase", "Diagnosis", "HTTPWire", "Meters", "Telemetry", "Storage", "HTTPServer",
      "Service", "Cluster", "ArgumentParser", "Foundation", "FoundationNetworking", "Logging",
      "Synchronization",
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
      ["try!", "as!", "fatalError(", "@unchecked Sendable", "unsafeBitCast", "-Ounchecked"]
      + unfinished
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
    for module in ["KnowledgeBase", "Diagnosis", "Telemetry", "HTTPWire", "Meters"] {
      for (name, lines) in try Self.sources("Sources/\(module)") {
        for line in lines {
          for word in banned where line.contains(word) && !line.contains("using:") {
            Issue.record("\(module)/\(name): \(word) in \(line)")
          }
        }
      }
    }
  }

  @Test("a library neither prints nor asks what time it is, but for the one place that does")
  func silent() throws {
    let clock = "Service/PresentTime.swift"
    for module in Self.imports.keys where !module.hasPrefix("bench-") && module != "fixlevel" {
      for (name, lines) in try Self.sources("Sources/\(module)") {
        for line in lines {
          let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "(" && $0 != "." }
          #expect(!words.contains { $0.hasPrefix("print(") }, "\(module)/\(name): \(line)")
          let asks = line.contains("Date()") || line.contains("Date.now")
          #expect(!asks || "\(module)/\(name)" == clock, "\(module)/\(name): \(line)")
        }
      }
    }
  }

  @Test("a line fits on a screen")
  func width() throws {
    for (name, lines) in try Self.sources("Sources") where !name.hasSuffix(".pb.swift") {
      for line in lines where line.count > 120 {
        Issue.record("\(name): \(line.count) columns in \(line)")
      }
    }
  }

  /// Lines of the longest function. It may only fall: who shortens that one lowers this, too.
  static let longestFunction = 90

  @Test("no function grows beyond the longest there is")
  func functions() throws {
    var count = 0
    for (name, lines) in try Self.sources("Sources") where !name.hasSuffix(".pb.swift") {
      for (first, line) in lines.enumerated() where Self.beginsFunction(line) {
        // The format puts the brace that ends it below its first letter.
        let end = line.prefix { $0 == " " } + "}"
        guard let length = lines[first...].firstIndex(where: { $0 == end }).map({ $0 - first + 1 })
        else { continue }
        count += 1
        #expect(length <= Self.longestFunction, "\(name):\(first + 1) has \(length) lines")
      }
    }
    #expect(count > 500, "functions are no longer recognised")
  }

  private static func beginsFunction(_ line: Substring) -> Bool {
    guard line.hasSuffix("{") || line.hasSuffix("(") else { return false }
    return line.split(separator: " ").contains { word in
      word == "func" || word.hasPrefix("init(") || word.hasPrefix("init?(")
    }
  }

  @Test(
    "every file is named by another",
    arguments: [
      "Benchmarks", "Examples", "Operations", "Public", "docs", "Tests/API", "Tests/Browser",
      "Tests/Docs", "Tests/Support",
    ])
  func nothingDead(folder: String) throws {
    let root = ProgramRun.packageFolder
    let texts = try Self.texts
    let paths = try FileManager.default.subpathsOfDirectory(
      atPath: root.appending(path: folder).path)
    for path in paths.map({ "\(folder)/\($0)" }) {
      let file = URL(filePath: path)
      let name = file.lastPathComponent
      // What tools leave behind is no part of the tree; unittest finds its modules by itself.
      let isLeft = path.split(separator: "/").contains {
        $0.hasPrefix(".") || $0 == "__pycache__"
      }
      var isFolder: ObjCBool = false
      guard !isLeft, !name.hasPrefix("test_"),
        FileManager.default.fileExists(
          atPath: root.appending(path: path).path, isDirectory: &isFolder), !isFolder.boolValue
      else { continue }
      // Modules of Python and templates are named without their ending, templates in camel case.
      let stem = file.deletingPathExtension().lastPathComponent
      let words = stem.split(separator: "-")
      let camel = words.dropFirst().reduce(String(words[0])) { $0 + $1.capitalized }
      let names =
        switch file.pathExtension {
        case "py": [stem]
        case "mustache": [stem, camel]
        default: [name]
        }
      let isNamed = texts.contains { other, text in
        other != path && names.contains { text.range(of: $0, options: .literal) != nil }
      }
      #expect(isNamed, "nothing names \(path)")
    }
  }

  /// The text files that name others, by their paths.
  private static var texts: [(path: String, text: String)] {
    get throws {
      let root = ProgramRun.packageFolder
      let folders = [
        "Sources/Service/Pages", "Sources/fixlevel", "Tests", "Benchmarks", "Public", "docs",
        "Operations", "Examples", ".ci",
      ]
      let single = ["Makefile", "README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "Dockerfile"]
      var paths = single
      for folder in folders {
        paths += try FileManager.default.subpathsOfDirectory(
          atPath: root.appending(path: folder).path
        ).map { "\(folder)/\($0)" }
      }
      return paths.compactMap { path in
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map { (path, $0) }
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
