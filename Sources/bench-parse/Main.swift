import Foundation
import KnowledgeBase

/// How long the parser takes for an article, with its fix rules, on one thread.
///
///     bench-parse ARCHIVE-FOLDER [ROUNDS]
@main struct Main {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      FileHandle.standardError.write(Data("usage: bench-parse ARCHIVE-FOLDER [ROUNDS]\n".utf8))
      exit(EX_USAGE)
    }
    let files = try articles(in: URL(filePath: arguments[1]))
    guard !files.isEmpty else {
      FileHandle.standardError.write(Data("no .txt file in \(arguments[1])\n".utf8))
      exit(EX_NOINPUT)
    }
    let rounds = max(1, arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5)
    let parser = ArticleParser()
    let times = try (0..<rounds).map { _ in
      let start = ContinuousClock.now
      for file in files { _ = try parser.parse(file) }
      return (ContinuousClock.now - start) / .microseconds(1) / Double(files.count)
    }.sorted()
    print(
      "\(files.count) articles: \(tenths(times[times.count / 2])) µs each "
        + "(\(tenths(times[0]))–\(tenths(times[times.count - 1])))")
  }

  private static func articles(in folder: URL) throws -> [[UInt8]] {
    let paths = FileManager.default.enumerator(atPath: folder.path)
    return try (paths?.allObjects ?? []).compactMap { $0 as? String }
      .filter { $0.lowercased().hasSuffix(".txt") }
      .map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
  }

  private static func tenths(_ value: Double) -> String { String(format: "%.1f", value) }
}
