import Foundation
import Testing
import UseCases

@Suite("What reaches a terminal")
struct TerminalTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func run(_ arguments: String..., output: URL? = nil) throws -> ProgramRun {
    try ProgramRun(
      arguments, environment: ["FIXLEVEL_DATA_DIR": folder.path], folder: folder.url,
      output: output)
  }

  @Test("control characters of an article are inert as text, and as they are as JSON")
  func inert() throws {
    let text = """
      DOCUMENT:Q287888  09-AUG-1999  [winnt]
      TITLE   :Plotter \u{1B}[2JDraws Circles
      PRODUCT :Microsoft Windows NT

      ----------------------------------------------------------------------
      The information in this article applies to:

       - Microsoft Windows NT Server version 4.0
      ----------------------------------------------------------------------

      SYMPTOMS
      ========

      A\tplotter sends \u{1B}]0;x\u{7} and stops.

      STATUS
      ======

      This problem was first corrected in Windows NT 4.0 Service Pack 4.0.
      """
    let file = folder.url.appending(path: "Q287888.TXT")
    try Data(text.utf8).write(to: file)
    #expect(try run("import", file.path).code == 0)
    for arguments in [
      ["article", "Q287888"], ["search", "plotter"],
      ["check", "Q287888", "--product", "windows-nt-server-4.0", "--service-pack", "SP3"],
      ["missing", "--product", "windows-nt-server-4.0", "--service-pack", "SP3"],
    ] {
      let printed = try ProgramRun(
        arguments, environment: ["FIXLEVEL_DATA_DIR": folder.path], folder: folder.url)
      #expect(!printed.output.isEmpty)
      #expect(
        !printed.output.unicodeScalars.contains {
          $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
        }, "\(arguments)")
    }
    #expect(try run("article", "Q287888").output.contains("A\tplotter sends ?]0;x? and stops."))
    #expect(try run("article", "Q287888", "--json").output.contains(#"\u001b]0;x\u0007"#))
  }

  @Test("a token that could not be printed is not valid")
  func unseenToken() throws {
    let full = URL(filePath: "/dev/full")
    let failed = try run(
      "token", "create", "--name", "a", "--scope", "admin", output: full)
    #expect(failed.code == 74)
    #expect(failed.error.contains("the new token is revoked"))
    let rows = try run("token", "list").output.split(separator: "\n")
    #expect(rows.count == 2)
    // The last column is when it was revoked.
    #expect(rows.last?.split(separator: "\t", omittingEmptySubsequences: false).last != "")
  }
}
