import Foundation
import Telemetry
import Testing

/// docs/formats.md says what the program recognizes.
@Suite("The page of formats")
struct FormatsPageTests {
  private static func page() throws -> String {
    try String(
      contentsOf: ProgramRun.packageFolder.appending(path: "docs/formats.md"), encoding: .utf8)
  }

  @Test("the table of signs is that of the program")
  func signs() throws {
    let rows = FormatTable.signs.enumerated().map { index, sign in
      let read =
        switch sign.meaning {
        case .format(let format): "`\(format.rawValue)`"
        case .unreadable: "not read"
        }
      return "| \(index + 1) | \(read) | \(sign.sign) | \(sign.reason) |"
    }
    let shown = try Self.page().split(separator: "\n").filter { line in
      line.hasPrefix("| ") && line.dropFirst(2).first?.isNumber == true
    }
    #expect(shown.map(String.init) == rows, "The table is:\n\(rows.joined(separator: "\n"))")
  }

  @Test("every format is on the page, with its content type")
  func formats() throws {
    let rows = try Self.page().split(separator: "\n").filter {
      $0.hasPrefix("| [`") || $0.hasPrefix("| `")
    }
    for format in TelemetryFormat.allCases {
      let row = rows.first { $0.contains("`\(format.rawValue)`") }
      let type = format.contentType.prefix { $0 != ";" }
      #expect(row?.contains(type) == true, "\(format.rawValue): \(type)")
    }
  }
}
