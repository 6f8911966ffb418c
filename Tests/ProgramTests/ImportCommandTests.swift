import Foundation
import Testing

@Suite("Import, search and missing as commands")
struct ImportCommandTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private var data: String { folder.url.appending(path: "data").path }

  private func run(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments, environment: ["FIXLEVEL_DATA_DIR": data])
  }

  /// Writes `count` articles in words of our own.
  private func archive(_ count: Int) throws -> String {
    let archive = folder.url.appending(path: "archive")
    try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
    for number in 1...count {
      let text = """
        DOCUMENT:Q\(number)  09-AUG-1999  [winnt]
        TITLE   :Plotter \(number) Draws Circles
        PRODUCT :Microsoft Windows NT

        ----------------------------------------------------------------------
        The information in this article applies to:

         - Microsoft Windows NT Server version 4.0
        ----------------------------------------------------------------------

        STATUS
        ======

        This problem was first corrected in Windows NT 4.0 Service Pack 4.0.
        """
      try Data(text.utf8).write(to: archive.appending(path: "Q\(number).TXT"))
    }
    return archive.path
  }

  @Test("what was imported is found, listed and checked")
  func imported() throws {
    let run = try run("import", try archive(3))
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("Imported 3 articles (3 new, 0 replaced) from 3 files"))
    #expect(!run.output.contains("\u{1B}") && !run.error.contains("\u{1B}"))
    #expect(
      try self.run("search", "plotters").output.contains("Q2  1999-08-09  [winnt]  Plotter 2"))
    #expect(try self.run("search", "ploter").output.contains("Did you mean: plotter?"))
    let json = try self.run("search", "plotter", "--limit", "1", "--json").output
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect((object["items"] as? [Any])?.count == 1)
    #expect(object["next"] is String && object["facets"] is [String: Any])
    let server = ["--product", "windows-nt-server-4.0", "--service-pack", "SP3"]
    let missing = try ProgramRun(
      ["missing", "--json"] + server, environment: ["FIXLEVEL_DATA_DIR": data])
    #expect(missing.output.contains(#""id":"Q3""#))
    let check = try ProgramRun(["check", "Q3"] + server, environment: ["FIXLEVEL_DATA_DIR": data])
    #expect(check.code == 10)
  }

  @Test("wrong use ends with 64, files without an article with 65")
  func failures() throws {
    #expect(try run("import").code == 64)
    #expect(try run("import", folder.path + "/none").code == 64)
    #expect(try run("import", folder.path).code == 65)
    let file = folder.url.appending(path: "a.txt")
    try Data("nothing".utf8).write(to: file)
    let refused = try run("import", file.path)
    #expect(refused.code == 65)
    #expect(refused.error.contains("a.txt"))
    #expect(try run("search", "x", "--limit", "0").code == 64)
    #expect(try run("missing", "--product", "nothing", "--service-pack", "SP3").code == 64)
    #expect(
      try run("missing", "--product", "windows-nt-server-4.0", "--service-pack", "SP9").code == 64)
  }

  @Test("Ctrl-C leaves the old knowledge base and no litter")
  func interrupted() throws {
    let archive = try archive(4_000)
    #expect(try run("import", archive + "/Q1.TXT").code == 0)
    let base = URL(filePath: data).appending(path: "kb.sqlite")
    let before = try Data(contentsOf: base)
    let process = Process()
    process.executableURL = ProgramRun.program
    process.arguments = ["import", archive, "--data-dir", data]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // The file that is being built shows that the import is under way.
    let draft = base.path + ".new"
    try eventually { !process.isRunning || FileManager.default.fileExists(atPath: draft) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try Data(contentsOf: base) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["kb.sqlite"])
  }
}
