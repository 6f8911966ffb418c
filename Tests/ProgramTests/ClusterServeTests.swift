import Foundation
import Testing

@Suite("serve with the fleet in a metrics engine")
struct ClusterServeTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private var tokenFile: String { folder.url.appending(path: "tokens").path }

  @Test(
    "without an engine it lives, isn't ready, and acknowledges nothing", .timeLimit(.minutes(2)))
  func away() throws {
    let run = try ProgramRun([
      "token", "create", "--name", "test", "--scope", "admin", "--token-file", tokenFile,
    ])
    #expect(run.code == 0, "\(run.error)")
    let token = run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try !String(contentsOfFile: tokenFile, encoding: .utf8).contains(token))
    // Port 1 is nobody's.
    let server = try RunningServer(
      dataDir: folder.path,
      arguments: [
        "--fleet-store", "prometheus", "--series-url", "http://127.0.0.1:1", "--token-file",
        tokenFile,
      ])
    #expect(try server.get("/healthz").hasPrefix("HTTP/1.1 200"))
    #expect(try server.get("/readyz").hasPrefix("HTTP/1.1 503"))
    #expect(try server.get("/kb/Q179827").hasPrefix("HTTP/1.1 200"))
    let body = "timestamp,process,handles\n1700000000,EXTRA,1\n"
    func upload() throws -> String {
      try server.exchange(
        "POST /api/v1/telemetry?host=A HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + "Authorization: Bearer \(token)\r\nContent-Type: text/csv\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
    let answer = try upload()
    #expect(answer.hasPrefix("HTTP/1.1 503") && answer.lowercased().contains("retry-after: 5"))
    #expect(answer.contains("may be there in part"))
    // A server reads the file again when it changes.
    #expect(try ProgramRun(["token", "revoke", "1", "--token-file", tokenFile]).code == 0)
    var refused = ""
    for _ in 0..<100 {
      refused = try upload()
      if refused.hasPrefix("HTTP/1.1 401") { break }
      usleep(100_000)
    }
    #expect(refused.hasPrefix("HTTP/1.1 401"))
    #expect(server.end(SIGTERM) == 0)
  }

  @Test(
    "what an engine needs is asked for, and read strictly", .timeLimit(.minutes(1)),
    arguments: [
      ["--series-url", "http://h"], ["--token-file", "/none"],
      ["--series-url", "ftp://h", "--token-file", "/none"],
      ["--series-url", "h:1", "--token-file", "/none"],
      ["--series-url", "http://h", "--token-file", "/none", "--shard", "3/2"],
      ["--series-url", "http://h", "--token-file", "/none", "--series-seconds", "0"],
      ["--series-url", "http://h", "--token-file", "/none", "--series-tenancy", "path"],
    ])
  func options(arguments: [String]) throws {
    let run = try ProgramRun(
      ["serve", "--port", "0", "--data-dir", folder.path, "--fleet-store", "prometheus"]
        + arguments)
    #expect(run.code == 64, "\(run.error)")
  }
}
