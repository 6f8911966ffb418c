import Foundation
import Testing

@Suite("The tree keeps its rules")
struct TidyTests {
  /// All but what protoc generated, which is as long as its messages are many.
  private static var handwritten: [SwiftSource] {
    get throws { try SwiftSource.all(in: "Sources").filter { !$0.name.hasSuffix(".pb.swift") } }
  }

  @Test("no file traps on purpose on what a client sends, or leaves work undone")
  func banned() throws {
    // In two parts, so that a search of the tree for unfinished work doesn't find this list.
    let unfinished = ["TO" + "DO", "FIX" + "ME"]
    let banned =
      ["try!", "as!", "fatalError(", "@unchecked Sendable", "unsafeBitCast", "-Ounchecked"]
      + unfinished
    for source in try SwiftSource.all(in: "Sources") {
      for word in banned {
        for line in source.lines(with: word) {
          Issue.record("\(source.name): \(word) in \(line)")
        }
      }
    }
  }

  @Test("a library neither prints nor asks what time it is, but for the one place that does")
  func silent() throws {
    let clock = "UseCases/PresentTime.swift"
    for target in try PackageTargets.all
    where !target.name.hasPrefix("bench-") && target.name != "fixlevel" {
      let module = target.name
      for source in try SwiftSource.all(in: "Sources/\(module)") {
        let place = "\(module)/\(source.name)"
        for word in ["Date()", "Date.now"] where place != clock {
          #expect(source.lines(with: word).isEmpty, "\(place): \(word)")
        }
        for line in source.lines(with: "print(") {
          let words = line.split { !$0.isLetter && $0 != "(" }
          #expect(!words.contains { $0.hasPrefix("print(") }, "\(place): \(line)")
        }
      }
    }
  }

  @Test("a line fits on a screen")
  func width() throws {
    for source in try Self.handwritten {
      for line in source.lines where line.utf8.count > 120 {
        #expect(line.count <= 120, "\(source.name): \(line)")
      }
    }
  }

  /// Lines of the longest function. It may only fall: who shortens that one lowers this, too.
  static let longestFunction = 90

  @Test("no function grows beyond the longest there is")
  func functions() throws {
    var count = 0
    for source in try Self.handwritten {
      let lines = source.lines
      for (first, line) in lines.enumerated() where Self.beginsFunction(line) {
        // The format puts the brace that ends it below its first letter.
        let end = line.prefix { $0 == " " } + "}"
        guard let length = lines[first...].firstIndex(where: { $0 == end }).map({ $0 - first + 1 })
        else { continue }
        count += 1
        #expect(length <= Self.longestFunction, "\(source.name):\(first + 1) has \(length) lines")
      }
    }
    #expect(count > 500, "functions are no longer recognised")
  }

  private static func beginsFunction(_ line: Substring) -> Bool {
    guard let last = line.utf8.last, last == UInt8(ascii: "{") || last == UInt8(ascii: "(") else {
      return false
    }
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
    for source in try Self.handwritten {
      let count = source.lines.count
      #expect(count <= 400, "\(source.name) has \(count) lines")
    }
  }
}
