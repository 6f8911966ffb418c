import Foundation
import Testing
import UseCases

@Suite("Commands")
struct CommandTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func run(
    _ arguments: String..., environment: [String: String] = [:], input: String? = nil
  ) throws -> ProgramRun {
    try ProgramRun(
      arguments,
      environment: ["FIXLEVEL_DATA_DIR": folder.path].merging(environment) { $1 }, input: input)
  }

  @Test(
    "check ends with 0 for fixed, 10 for affected, 11 for unknown or not listed",
    arguments: [
      (["--product", "windows-nt-server-4.0", "--service-pack", "SP4"], 0),
      (["--product", "windows-nt-server-4.0", "--service-pack", "Service Pack 3"], 10),
      (["--product", "windows-nt-server-4.0", "--service-pack", ""], 10),
      (["--product", "windows-nt-server-4.0"], 11),
      (["--product", "windows-2000", "--service-pack", "SP3"], 11),
      (["--product", "windows-nt-server-4.0", "--service-pack", "SP7"], 64),
      (["--product", "windows-nt-server-4.0", "--kernel-date", "soon"], 64),
    ] as [([String], Int32)])
  func check(arguments: [String], code: Int32) throws {
    let run = try ProgramRun(
      ["check", "Q179827"] + arguments, environment: ["FIXLEVEL_DATA_DIR": folder.path])
    #expect(!run.output.hasSuffix("\n\n"))
    #expect(run.code == code)
    #expect(run.error.isEmpty == (code != 64))
    if code != 64 { #expect(run.output.hasPrefix("Q179827 on ")) }
  }

  @Test("options come from the environment, and the command line wins")
  func environment() throws {
    let environment = [
      "FIXLEVEL_PRODUCT": "windows-nt-server-4.0", "FIXLEVEL_SERVICE_PACK": "SP3",
      "FIXLEVEL_JSON": "1",
    ]
    let fromEnvironment = try run("check", "Q179827", environment: environment)
    #expect(fromEnvironment.code == 10)
    #expect(fromEnvironment.output.contains(#""verdict":"affected""#))
    #expect(
      try run("check", "Q179827", "--service-pack=SP4", environment: environment).code == 0)
    #expect(
      try run("check", "Q179827", environment: ["FIXLEVEL_KERNEL_DATE": "x"]).code == 64)
  }

  @Test(
    "a wrong use is 64 and one line",
    arguments: [
      [], ["nonsense"], ["check"], ["check", "Q179827"], ["serve", "--port", "99999"],
      ["serve", "--threads", "0"], ["serve", "--log-level", "loud"], ["article"],
      ["article", "Q0"], ["article", "Q1"], ["simulate"], ["simulate", "--opens-per-hour", "x"],
      ["simulate", "--opens-per-hour", "0"], ["simulate", "--opens-per-hour", "nan"],
      ["simulate", "--opens-per-hour", "1", "--close-at-zero", "maybe"], ["diagnose"],
      ["check", "Q179827", "--product", "x", "--unknown"],
    ])
  func usage(arguments: [String]) throws {
    let run = try ProgramRun(arguments, folder: folder.url)
    #expect(run.code == 64)
    #expect(run.output.isEmpty)
    #expect(run.error.hasPrefix("fixlevel: ") && run.error.split(separator: "\n").count == 1)
  }

  @Test("article prints the text, and the record as JSON")
  func article() throws {
    let text = try run("article", "q179827")
    #expect(text.code == 0)
    #expect(text.output.contains("65,535") && text.output.contains("SYMPTOMS"))
    let json = try run("article", "Q179827", "--json")
    #expect(json.output.hasPrefix("{") && json.output.contains(#""id":"Q179827""#))
  }

  @Test("simulate tells what happens on each level, and the same seed says the same")
  func simulate() throws {
    let first = try run("simulate", "--opens-per-hour", "3600", "--hours", "24")
    #expect(first.code == 0)
    #expect(first.output.contains("18.2 h  count wrapped"))
    #expect(first.output.contains("18.2 h  opens refused"))
    // Levels that fare alike are told of once.
    #expect(first.output.hasPrefix("RTM, SP1, SP2, SP3: affected\n"))
    #expect(first.output.contains("\nSP4, SP5, SP6, SP6a, SRP: fixed\n"))
    #expect(
      try run("simulate", "--opens-per-hour", "3600", "--hours", "24").output == first.output)
  }

  private static let log =
    "timestamp,host,process,handles\n"
    + (0..<200).map { "\(1_000_000_000 + $0 * 60),PLC-07,EXTRA,\(500 + $0 * 4)\n" }.joined()

  @Test("diagnose reads a file and standard input alike")
  func diagnose() throws {
    let file = folder.url.appending(path: "log.csv")
    try Data(Self.log.utf8).write(to: file)
    let options = [
      "--product", "windows-nt-server-4.0", "--service-pack", "SP3", "--json",
      "--as-of", "2001-09-10T00:00:00Z",
    ]
    let fromFile = try ProgramRun(["diagnose", file.path] + options)
    let fromInput = try ProgramRun(["diagnose", "-"] + options, input: Self.log)
    #expect(fromFile.code == 10 && fromFile.output == fromInput.output)
    #expect(fromFile.output.contains(#""finding":"leaking""#))
    let fixed = try run(
      "diagnose", "-", "--product", "windows-nt-server-4.0", "--service-pack", "SP6a",
      input: Self.log)
    #expect(fixed.code == 0 && fixed.output.contains("EXTRA"))
    #expect(try run("diagnose", "-", input: Self.log).code == 11)
    let later = try run("diagnose", "-", "--product", "windows-10", input: Self.log)
    #expect(later.code == 11 && later.output.contains("is not_applicable"))
    let limited = try run(
      "diagnose", "-", "--product", "linux", "--handle-limit", "2000", input: Self.log)
    #expect(limited.output.contains("2,000 file descriptors"))
    for wrong in [["--as-of", "soon"], ["--handle-limit", "0"], ["--handle-limit", "many"]] {
      #expect(try ProgramRun(["diagnose", "-"] + wrong, input: Self.log).code == 64)
    }
  }

  @Test("the log of the README leaks where the README says so")
  func example() throws {
    let log = ProgramRun.packageFolder.appending(path: "Examples/plc-07.csv").path
    let run = try run(
      "diagnose", log, "--product", "windows-nt-server-4.0", "--service-pack", "SP3",
      "--as-of", "1999-03-01T10:00:00Z")
    #expect(run.code == 10)
    let readme = try String(
      contentsOf: ProgramRun.packageFolder.appending(path: "README.md"), encoding: .utf8)
    let rows = run.output.split(separator: "\n").filter {
      $0.hasPrefix("EXTRA  ") || $0.hasPrefix("SPOOLSS") || $0.hasPrefix("LSASS")
    }
    #expect(rows.count == 3)
    for row in rows { #expect(readme.contains(row), "the README shows another \(row)") }
    let summary = try #require(run.output.split(separator: "\n").first)
    let quoted = readme.split(separator: "\n").filter { $0.hasPrefix("> ") }
      .map { $0.dropFirst(2) }.joined(separator: " ")
    #expect(quoted == summary)
  }

  @Test(
    "a bad input file is 65 and one line",
    arguments: ["", "hello", "timestamp,process,handles\nx,y,z\n", "{\"series\":", "\0\0\0"])
  func badInput(content: String) throws {
    let run = try run("diagnose", "-", input: content)
    #expect(run.code == 65)
    #expect(run.error.hasPrefix("fixlevel: cannot use standard input"))
    #expect(run.error.split(separator: "\n").count == 1)
    #expect(try self.run("diagnose", "/nowhere/log.csv").code == 65)
    #expect(try self.run("diagnose", folder.path).code == 65)
  }

  @Test("the program finds its folders wherever it is started from")
  func startedElsewhere() throws {
    let run = try ProgramRun(["article", "Q179827"], folder: URL(filePath: "/"))
    #expect(run.code == 0, "\(run.error)")
  }

  @Test("an answer that can't be written is an error; closed streams don't catch a file's output")
  func outputLost() throws {
    func shell(_ script: String) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", script, ProgramRun.program.path]
      process.environment = ["FIXLEVEL_DATA_DIR": folder.path]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(try shell("\"$0\" article Q179827 > /dev/full") == 74)
    #expect(try shell("\"$0\" article Q179827 >&-") == 0)
    #expect(try shell("exec <&- >&- 2>&-; \"$0\" check Q179827 --product x") == 11)
  }

  @Test("a level that the log's product never had is the log's fault")
  func levelInLog() throws {
    let json =
      #"{"host":{"product":"windows-nt-server-4.0","service_pack":"SP7"},"#
      + #""series":[{"process":"X","samples":[[0,1]]}]}"#
    #expect(try run("diagnose", "-", input: json).code == 65)
  }

  @Test("a knowledge base that is no database is 74 and one line")
  func brokenStore() throws {
    try Data("no database".utf8).write(to: folder.url.appending(path: "kb.sqlite"))
    let run = try run("article", "Q179827")
    #expect(run.code == 74)
    #expect(run.error.contains("not a fixlevel knowledge base"))
  }
}
