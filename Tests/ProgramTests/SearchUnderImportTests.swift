import Foundation
import Synchronization
import Testing

@Suite("Search of a running server")
struct SearchUnderImportTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Writes articles of our own and imports them as a person does. Those of another round are
  /// other texts of the same articles.
  private func importArticles(_ numbers: Range<Int>, round: Int = 0) throws {
    let files = folder.url.appending(path: "txt-\(numbers.lowerBound)")
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    for number in numbers {
      let text = """
        DOCUMENT:Q\(number)  09-AUG-1999  [winnt]
        TITLE   :Okapi \(number) Leaks, Round \(round)
        PRODUCT :Microsoft Windows NT
        PROD/VER:WinNT:4.0
        OPER/SYS:
        KEYWORDS:kbbug

        ======================================================================
        -------------------------------------------------------------------------------
        The information in this article applies to:

         - Microsoft Windows NT Server version 4.0
        -------------------------------------------------------------------------------

        STATUS
        ======

        Microsoft has confirmed this to be a problem in Windows NT 4.0. This problem was first
        corrected in Windows NT 4.0 Service Pack 4.0.

        """
      try Data(text.utf8).write(to: files.appending(path: "Q\(number).TXT"))
    }
    let run = try ProgramRun(["import", files.path, "--data-dir", folder.path])
    #expect(run.code == 0, "\(run.error)")
  }

  /// The value behind the first `"total":` of an answer.
  private static func total(_ answer: String) -> Int? {
    answer.split(separator: "\"total\":").dropFirst().first
      .flatMap { Int($0.prefix(while: \.isNumber)) }
  }

  /// `FIXLEVEL_TEST_SEARCHES` searches, 400 if that isn't set; `make test-swap` takes 10,000.
  private static let searches =
    ProcessInfo.processInfo.environment["FIXLEVEL_TEST_SEARCHES"].flatMap { Int($0) } ?? 400

  @Test("no search fails while imports swap the file", .timeLimit(.minutes(10)))
  func swaps() throws {
    try importArticles(200_000..<200_010)
    // Its threads only read the port.
    nonisolated(unsafe) let server = try RunningServer(dataDir: folder.path)
    let failures = Mutex<[String]>([])
    let done = Atomic(0)
    let imports = Atomic(0)
    let group = DispatchGroup()
    let targets = [
      "/api/v1/articles?q=okapi+leaks", "/kb?q=okapi",
      "/api/v1/missing?product=windows-nt-server-4.0&service_pack=SP3&q=okapi",
      "/api/v1/articles?q=okapi&fixed_in=SP4&limit=3",
    ]
    for thread in 0..<3 {
      group.enter()
      Thread.detachNewThread {
        var known = 0
        while done.load(ordering: .relaxed) < Self.searches || imports.load(ordering: .relaxed) < 3
        {
          let target = targets[(done.load(ordering: .relaxed) + thread) % targets.count]
          do {
            let answer = try server.get(target)
            let total = Self.total(answer) ?? known
            // Articles are only added or replaced, and an answer comes from a whole file.
            if !answer.hasPrefix("HTTP/1.1 200") || !answer.contains("Okapi") || total % 10 != 0 {
              failures.withLock { $0.append("\(target): \(answer.prefix(300))") }
            }
            known = max(known, total)
          } catch {
            failures.withLock { $0.append("\(target): \(error)") }
          }
          done.add(1, ordering: .relaxed)
        }
        group.leave()
      }
    }
    // Imports one after the other, as long as the searches last; after 20 they replace articles, so
    // that a search costs the same however many there are.
    var count = 0
    while done.load(ordering: .relaxed) < Self.searches || imports.load(ordering: .relaxed) < 3 {
      count += 1
      let first = 200_000 + count % 20 * 10
      try importArticles(first..<(first + 10), round: count)
      imports.add(1, ordering: .relaxed)
    }
    group.wait()
    #expect(failures.withLock { Array($0.prefix(3)) } == [])
    let articles = min(20, count + 1) * 10
    let last = "Round+\(count)"
    try eventually { (Self.total(try server.get("/api/v1/articles?q=\(last)")) ?? 0) >= 10 }
    #expect(Self.total(try server.get(targets[0])) == articles)
    print("\(done.load(ordering: .relaxed)) searches, \(imports.load(ordering: .relaxed)) imports")
    #expect(server.end(SIGTERM) == 0)
  }

  @Test("nothing that can be typed takes very long, or is an error of the server")
  func hostile() throws {
    try importArticles(200_000..<200_010)
    // What takes longer is answered with 503; make bench-search tells how long a search takes.
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--query-milliseconds", "60000"])
    let common = Array(repeating: "the", count: 50)
    let queries =
      [
        "%22", "AND", "NOT", "OR+OR", "NEAR(", "NEAR(okapi+leaks,2)", "*", "o*", "col:x", "title:x",
        "%5E", "-", "()", "%7B%7D", "%27%3B+DROP+TABLE+article", "%00", "%FF", "%E2%80%AE",
        String(repeating: "x", count: 10_000), String(repeating: "%22", count: 85),
        String(repeating: "-a+", count: 40),
      ] + ["+", "-", "%20", ".", "*"].map { common.joined(separator: $0) }
      + ["%22\(common.joined(separator: "+"))%22"]
    for query in queries {
      for path in ["/api/v1/articles", "/kb", "/api/v1/suggestions", "/api/v1/missing"] {
        let target = "\(path)?product=windows-nt-server-4.0&service_pack=SP3&q=\(query)"
        let answer = try server.get(target)
        let status = answer.split(separator: " ").dropFirst().first.map(String.init)
        #expect(["200", "400", "414"].contains(status), "\(target): \(status ?? "")")
      }
    }
    for id in [
      "Q1%27%20OR%201=1", "Q%00", "Q%D9%A1%D9%A2", "Q99999999999999999999", "Q-1", "Q1e3", "Q",
    ] {
      let status = try server.get("/api/v1/articles/\(id)").split(separator: " ").dropFirst().first
      #expect(status == "404" || id.contains("%00") && status == "400", "\(id): \(status ?? "")")
    }
    #expect(try server.get("/healthz").hasPrefix("HTTP/1.1 200"))
  }

  @Test("the time of a question is a setting")
  func queryTime() throws {
    let run = try ProgramRun(["serve", "--query-milliseconds", "0", "--data-dir", folder.path])
    #expect(run.code == 64 && run.error.contains("--query-milliseconds"))
    try importArticles(200_000..<202_000)
    // A search that ranks 2,000 articles takes longer than that.
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--query-milliseconds", "1"])
    let answer = try server.get("/api/v1/articles?q=okapi+leaks+windows+nt+problem+corrected")
    #expect(answer.hasPrefix("HTTP/1.1 503") && answer.lowercased().contains("retry-after: 1"))
    #expect(try server.get("/kb/Q179827").hasPrefix("HTTP/1.1 200"))
  }
}
