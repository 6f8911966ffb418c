import Foundation
import Testing

@testable import fixlevel

@Suite("Settings")
struct SettingTests {
  @Test(
    "every command's help and the table name the same options", arguments: Setting.Command.allCases)
  func help(command: Setting.Command) throws {
    let run = try ProgramRun(command.rawValue.split(separator: " ").map(String.init) + ["--help"])
    #expect(run.code == 0)
    let text = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let settings = Setting.all.filter { $0.commands.contains(command) }
    for setting in settings {
      #expect(text.contains("environment: \(setting.variable))"), "\(setting.flag)")
    }
    let flags = Set(
      text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.filter { $0.hasPrefix("--") }
        .map(String.init))
    #expect(flags.subtracting(["--help", "--version", "--"]) == Set(settings.map(\.flag)))
  }

  @Test("the table in the documentation is the table of the program")
  func documentation() throws {
    let text = try String(
      contentsOf: ProgramRun.packageFolder.appending(path: "docs/settings.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `--") }.map(String.init)
    #expect(rows == Setting.all.map(Self.row))
  }

  @Test("names are told once")
  func unique() {
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
  }

  private static func row(_ setting: Setting) -> String {
    let commands = setting.commands.map(\.rawValue).joined(separator: ", ")
    return "| `\(setting.flag)` | `\(setting.variable)` | \(setting.defaultText ?? "") | "
      + "\(setting.help) | \(commands) |"
  }
}
