import Foundation

/// A file of Swift, as the tests of the tree read it.
struct SwiftSource {
  /// Its path within the folder that was read.
  var name: String
  var text: String

  /// All files of a folder of the package, in the order of their paths.
  static func all(in folder: String) throws -> [SwiftSource] {
    let root = ProgramRun.packageFolder.appending(path: folder)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
      .filter { $0.hasSuffix(".swift") }
      .map { path in
        SwiftSource(
          name: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
      }
  }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The lines that hold `word`; of most files it is known at once that there are none.
  func lines(with word: String) -> [Substring] {
    guard text.range(of: word, options: .literal) != nil else { return [] }
    return lines.filter { $0.contains(word) }
  }

  /// The modules that it imports, also where it imports one declaration of them.
  var imports: Set<String> {
    let kinds = ["struct", "enum", "class", "protocol", "func", "typealias", "let", "var"]
    var modules: Set<String> = []
    for line in lines(with: "import ") {
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1,
        index == 0 || ["public", "package", "internal", "private", "@testable"].contains(words[0])
      else { continue }
      let name =
        kinds.contains(String(words[index + 1])) && words.count > index + 2
        ? words[index + 2] : words[index + 1]
      modules.insert(String(name.prefix { $0 != "." }))
    }
    return modules
  }

  /// The first folder of its path; nil for a file at the module's root.
  var folder: String? {
    let parts = name.split(separator: "/")
    return parts.count > 1 ? String(parts[0]) : nil
  }

  /// The types that it declares at its top level for others than itself.
  var types: Set<String> {
    let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
    var names: Set<String> = []
    for line in lines where line.first?.isLetter == true {
      let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      guard let index = words.firstIndex(where: kinds.contains), index + 1 < words.count,
        !words[..<index].contains(where: {
          $0 == "private" || $0 == "fileprivate" || $0 == "import"
        })
      else { continue }
      names.insert(String(words[index + 1]))
    }
    return names
  }

  /// The words of its code that could name a type: comments and texts are left out.
  var typeWords: Set<String> {
    var words: Set<String> = []
    for line in lines {
      let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
      // Every second part stands between quotation marks.
      for (index, part) in code.split(separator: "\"", omittingEmptySubsequences: false)
        .enumerated()
      where index % 2 == 0 {
        for word in part.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
        where word.first?.isUppercase == true {
          words.insert(String(word))
        }
      }
    }
    return words
  }
}
