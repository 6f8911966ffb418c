import Foundation
import Telemetry
import Testing
import UseCases

/// The same numbers by every way in, whatever a content type says.
@Suite("Every format by every way in")
struct FormatWaysInTests {
  private static let moment = "2026-01-01T00:00:00Z"

  @Test("file, redirection, HTTP and fleet")
  func waysIn() throws {
    let folder = try ScratchFolder()
    let environment = ["FIXLEVEL_DATA_DIR": folder.path]
    let server = try RunningServer(dataDir: folder.path)
    let token = try ProgramRun(
      ["token", "create", "--name", "t", "--scope", "upload"], environment: environment
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let file = folder.url.appending(path: "log")
    for (format, text) in FormatLogs.all {
      try Data(text.utf8).write(to: file)
      let fromFile = try ProgramRun(
        ["diagnose", file.path, "--json", "--as-of", Self.moment], environment: environment)
      let answer = fromFile.output.trimmingCharacters(in: .newlines)
      for part in [
        "\"format\":\"\(format.rawValue)\"", "\"first\":500,\"last\":941", "\"samples\":50",
        "\"from\":\"2023-11-16T08:00:00Z\"", "\"rejected\":[]",
      ] {
        #expect(
          answer.contains(part), "\(format): \(part) in \(answer.prefix(700)) \(fromFile.error)")
      }
      let redirected = try ProgramRun(
        ["diagnose", "-", "--json", "--as-of", Self.moment], environment: environment, input: text)
      #expect(redirected.output == fromFile.output, "\(format)")

      let target = "/api/v1/diagnoses?as_of=\(Self.moment)"
      for type in [nil, format.contentType, "text/csv", "application/json", "text/plain"] {
        let fields = type.map { "Content-Type: \($0)\r\n" } ?? ""
        let response = try server.exchange(Self.post(target, text, fields: fields))
        let body = response.range(of: "\r\n\r\n").map { String(response[$0.upperBound...]) }
        #expect(
          body?.trimmingCharacters(in: .newlines) == answer,
          "\(format) as \(type ?? "nothing"): \(response.prefix(500))")
      }
      let receipt = try server.exchange(
        Self.post(
          "/api/v1/telemetry?host=H-\(format.rawValue)", text,
          fields: "Authorization: Bearer \(token)\r\n"))
      #expect(receipt.contains("\"accepted_samples\":50,"), "\(format): \(receipt.suffix(500))")
    }
    #expect(server.end(SIGTERM) == 0)
  }

  private static func post(_ target: String, _ body: String, fields: String = "") -> String {
    "POST \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(fields)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}
