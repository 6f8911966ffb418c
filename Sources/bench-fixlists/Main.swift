import Foundation
import KnowledgeBase

/// Holds fix lists against the rules read from the articles that they name: of each entry whose
/// article is there, does its own text give the level of the list?
///
///     bench-fixlists ARCHIVE-FOLDER LIST…
///
/// A list is the file of an article, such as Q225037.TXT, or a folder of them. The lists themselves
/// are no evidence here.
@main struct Main {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let archive = arguments.first, arguments.count > 1 else {
      FileHandle.standardError.write(Data("usage: bench-fixlists ARCHIVE-FOLDER LIST…\n".utf8))
      exit(EX_USAGE)
    }
    let parser = ArticleParser()
    let files = articleFiles(in: URL(filePath: archive))
    var (agreeing, decidable, early) = (0, 0, 0)
    for list in arguments.dropFirst().flatMap({ lists(at: URL(filePath: $0)) }) {
      guard let fixList = try parser.parse([UInt8](Data(contentsOf: list))).fixList else {
        print("\(list.lastPathComponent): no list of fixed bugs is found in it")
        continue
      }
      let comparison = FixListComparison(fixList) { id in
        guard let file = files[id], let bytes = try? Data(contentsOf: file) else { return nil }
        return try? parser.parse([UInt8](bytes)).article.fixes
      }
      report(comparison)
      agreeing += comparison.agreeing
      decidable += comparison.decidable
      early += comparison.lines.count { if case .earlier = $0.outcome { true } else { false } }
    }
    let share = decidable == 0 ? 0 : Double(agreeing) / Double(decidable)
    print(
      "In all: \(agreeing) of \(decidable) entries whose text names a level agree "
        + "(\((share * 1000).rounded() / 10) %); \(early) would be called fixed too early.")
  }

  private static func report(_ comparison: FixListComparison) {
    var undecidable: [FixListComparison.Reason: Int] = [:]
    print(
      "\(comparison.list): \(comparison.lines.count) entries, \(comparison.agreeing) of "
        + "\(comparison.decidable) agree")
    for line in comparison.lines {
      let found: String
      switch line.outcome {
      case .agrees: continue
      case .undecidable(let reason):
        undecidable[reason, default: 0] += 1
        continue
      case .later(let level): found = "later, \(level.id)"
      case .earlier(let level): found = "TOO EARLY, \(level.id)"
      }
      print("  \(line.entry.article): the list says \(line.entry.level.id), its text \(found):")
      for evidence in line.evidence { print("    \(evidence.source): \(evidence.text)") }
    }
    for (reason, count) in undecidable.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      print("  undecidable, \(reason.rawValue): \(count)")
    }
  }

  private static func lists(at url: URL) -> [URL] {
    guard url.hasDirectoryPath || isDirectory(url) else { return [url] }
    return articleFiles(in: url).sorted { $0.key < $1.key }.map(\.value)
  }

  /// All files below a folder whose name is an article's number.
  private static func articleFiles(in folder: URL) -> [ArticleID: URL] {
    var files: [ArticleID: URL] = [:]
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = found?.nextObject() as? URL {
      guard file.pathExtension.lowercased() == "txt",
        let id = ArticleID(file.deletingPathExtension().lastPathComponent)
      else { continue }
      files[id] = file
    }
    return files
  }

  private static func isDirectory(_ url: URL) -> Bool {
    (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }
}
