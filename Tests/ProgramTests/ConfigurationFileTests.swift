import Foundation
import Testing

@testable import fixlevel

@Suite("The file of settings")
struct ConfigurationFileTests {
  @Test("comments, spaces and quotation marks are no part of a value")
  func values() throws {
    let values = try ConfigurationFile.parse(
      """
      # a comment
      ; another one

      FIXLEVEL_PORT=8081\r
        FIXLEVEL_HOST = "::1"
      FIXLEVEL_DATA_DIR='/var/lib/with space'
      FIXLEVEL_ALLOWED_HOST=a.example.com,b.example.com
      FIXLEVEL_RETAIN=
      FIXLEVEL_SERIES_URL=http://127.0.0.1:8428/?a=b#c
      """)
    #expect(
      values == [
        "FIXLEVEL_PORT": "8081", "FIXLEVEL_HOST": "::1",
        "FIXLEVEL_DATA_DIR": "/var/lib/with space", "FIXLEVEL_RETAIN": "",
        "FIXLEVEL_ALLOWED_HOST": "a.example.com,b.example.com",
        "FIXLEVEL_SERIES_URL": "http://127.0.0.1:8428/?a=b#c",
      ])
  }

  @Test(
    "a line that could be meant otherwise is refused with its number",
    arguments: [
      ("\nFIXLEVEL_PROT=1", 2), ("FIXLEVEL_PORT", 1), ("PORT=1", 1), ("# x\n\n=1", 3),
      ("FIXLEVEL_PORT=1\nFIXLEVEL_PORT=2", 2), ("FIXLEVEL_DATA_DIR=\"a", 1),
      ("FIXLEVEL_DATA_DIR=a\"", 1), ("FIXLEVEL_DATA_DIR=\"a\"b\"", 1), ("FIXLEVEL_DATA_DIR='", 1),
      ("FIXLEVEL_DATA_DIR=a\\ b", 1), ("export FIXLEVEL_PORT=1", 1), ("FIXLEVEL_CONFIG=x", 1),
      ("[server]\nport = 1", 1),
    ])
  func mistakes(text: String, line: Int) {
    let mistake = #expect(throws: ConfigurationFile.Mistake.self) {
      try ConfigurationFile.parse(text)
    }
    #expect(mistake?.line == line)
  }

  @Test("an option beats the environment, which beats the file, which beats the default")
  func precedence() throws {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "conf")
    try Data("FIXLEVEL_LOG_LEVEL=file\nFIXLEVEL_DATA_DIR=\(folder.path)\n".utf8).write(to: file)
    let serve = ["serve", "--port", "0"]
    func level(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
      let run = try ProgramRun(serve + arguments, environment: environment)
      #expect(run.code == 64)
      return run.error
    }
    // No level is called so: the line of the refusal says which value was taken.
    #expect(try level(["--config", file.path]).contains("'file'"))
    #expect(try level(["--config=\(file.path)"]).contains("'file'"))
    #expect(try level([], ["FIXLEVEL_CONFIG": file.path]).contains("'file'"))
    let both = ["FIXLEVEL_CONFIG": file.path, "FIXLEVEL_LOG_LEVEL": "environment"]
    #expect(try level([], both).contains("'environment'"))
    #expect(try level(["--log-level", "option"], both).contains("'option'"))
  }

  @Test("a file that is missing or wrong is said in one line")
  func refused() throws {
    let folder = try ScratchFolder()
    let missing = try ProgramRun(["serve", "--config", folder.path + "/none"])
    #expect(missing.code == 65 && missing.error.contains("none"))
    let file = folder.url.appending(path: "conf")
    try Data("FIXLEVEL_PORT=0\nFIXLEVEL_PROT=1\n".utf8).write(to: file)
    let wrong = try ProgramRun(["serve", "--config", file.path])
    #expect(wrong.code == 65 && wrong.error.contains("line 2"))
    #expect(wrong.error.split(separator: "\n").count == 1)
  }
}
