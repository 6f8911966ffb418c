import Bytes
import Foundation
import KnowledgeBase
import System
import TestSupport
import Testing

@testable import ArticleStore
@testable import SQLite

@Suite("The files of an import")
struct ArticleFilesTests {
  @Test("batches hold all files in order, within both limits unless one file is larger alone")
  func batches() throws {
    var random = SeededRandom()
    let directory = try TestDirectory()
    for number in 1...40 {
      let data = Data(count: Int.random(in: 0...300, using: &random))
      try data.write(to: directory.url.appending(path: "Q\(number).txt"))
    }
    let files = try ArticleFiles([directory.url.path])
    #expect(files.count == 40)
    for (filesMax, bytesMax) in [(1, 1), (7, 10_000), (100, 500), (5, 200), (100, 1 << 20)] {
      let batches = files.batches(filesMax: filesMax, bytesMax: bytesMax)
      #expect(batches.flatMap { Array($0) } == Array(0..<40), "seed \(random.seed)")
      for batch in batches {
        let bytes = files.files[batch].reduce(0) { $0 + $1.bytes }
        #expect(!batch.isEmpty && batch.count <= filesMax, "seed \(random.seed)")
        #expect(bytes <= bytesMax || batch.count == 1, "seed \(random.seed)")
      }
    }
    #expect(try ArticleFiles([]).batches(filesMax: 3, bytesMax: 3).isEmpty)
  }

  @Test("files are read in the order of the numbers in their names")
  func order() throws {
    let directory = try TestDirectory()
    let folder = directory.url.appending(path: "a")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["a/Q10.TXT", "Q9.txt", "a/Q100.txt", "readme.txt", ".hidden.txt", "Q5.doc"] {
      try Data().write(to: directory.url.appending(path: name))
    }
    let files = try ArticleFiles([directory.url.path])
    #expect(
      files.files.map { URL(filePath: $0.path).lastPathComponent }
        == ["readme.txt", "Q9.txt", "Q10.TXT", "Q100.txt"])
    #expect(files.skipped == 1)
  }
}
