import ArticleStore
import Foundation
import SQLite

/// Times the searches of `ArticleStore`: the queries of standard input, one a line, each as often
/// as the third argument says. Prints one line a query: nanoseconds of each run, separated by
/// blanks. `Benchmarks/bench_search.py` compares them with the same queries in C.
///
///     bench-search DATA-DIRECTORY MIGRATIONS-FOLDER RUNS
@main struct Main {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let runs = Int(arguments[3]) else {
      FileHandle.standardError.write(
        Data("usage: bench-search DATA-DIRECTORY MIGRATIONS-FOLDER RUNS\n".utf8))
      exit(EX_USAGE)
    }
    let store = try ArticleStore(
      directory: URL(filePath: arguments[1]),
      migrations: try Migrations(folder: URL(filePath: arguments[2])), timeLimit: .seconds(60))
    while let line = readLine() {
      let query = try SearchQuery(line)
      var times: [String] = []
      for _ in 0..<runs {
        let start = ContinuousClock.now
        let page = try store.search(query, limit: 20)
        let time = ContinuousClock.now - start
        precondition(!page.items.isEmpty, "\(line) finds nothing")
        times.append(String(Int64(time / .nanoseconds(1))))
      }
      print(times.joined(separator: " "))
    }
  }
}
