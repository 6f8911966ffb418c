import Foundation
import Testing

@Suite("The fleet of a running server")
struct FleetTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private static let samples =
    "timestamp,process,handles\n"
    + (0..<100).map { "\(1_000_000_000 + $0),EXTRA,\(10 + $0 * 3)\n" }.joined()

  private func run(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments, environment: ["FIXLEVEL_DATA_DIR": folder.path])
  }

  private func token(_ scope: String) throws -> String {
    let run = try run("token", "create", "--name", "test", "--scope", scope)
    #expect(run.code == 0, "\(run.error)")
    return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func upload(
    _ token: String, to server: RunningServer, _ samples: String = samples
  ) throws -> String {
    try server.exchange(
      "POST /api/v1/telemetry?host=PLC-07&product=windows-nt-server-4.0&service_pack=SP3 "
        + "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n"
        + "Content-Type: text/csv\r\nContent-Length: \(samples.utf8.count)\r\n\r\n" + samples)
  }

  private func get(_ target: String, _ token: String, from server: RunningServer) throws -> String {
    try server.exchange(
      "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + "Authorization: Bearer \(token)\r\n\r\n")
  }

  @Test("what was acknowledged is there after kill -9", .timeLimit(.minutes(10)))
  func kill9() throws {
    var server = try RunningServer(dataDir: folder.path)
    let admin = try token("admin")
    #expect(try server.get("/api/v1/hosts").hasPrefix("HTTP/1.1 401"))
    let answer = try upload(admin, to: server)
    #expect(answer.hasPrefix("HTTP/1.1 200"))
    #expect(answer.contains(#""new_samples":100"#))
    #expect(try get("/api/v1/hosts", admin, from: server).contains(#""name":"PLC-07""#))
    #expect(
      try get("/api/v1/hosts/PLC-07/diagnosis", admin, from: server)
        .contains(#""finding":"leaking""#))
    #expect(server.end(SIGKILL) == -SIGKILL)

    server = try RunningServer(dataDir: folder.path)
    let series = try get("/api/v1/hosts/PLC-07/series.csv", admin, from: server)
    #expect(series.split(whereSeparator: \.isNewline).count { $0.contains(",EXTRA,") } == 100)
    #expect(try upload(admin, to: server).contains(#""duplicate":true"#))
    #expect(server.end(SIGTERM) == 0)
  }

  /// Samples that hardly compress, of a process of their own.
  private static func noise(_ number: Int) -> String {
    "timestamp,process,handles\n"
      + (0..<5_000).map { "\(1_000_000_000 + $0),P\(number),\(UInt32.random(in: 0 ... .max))\n" }
      .joined()
  }

  /// The largest file that the server may write stands for the end of the disk.
  private func limitFiles(of server: RunningServer, to bytes: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/prlimit")
    process.arguments = ["--pid", "\(server.process.processIdentifier)", "--fsize=\(bytes):"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test("a full disk refuses uploads and nothing else, until it has room", .timeLimit(.minutes(10)))
  func fullDisk() throws {
    let server = try RunningServer(dataDir: folder.path, arguments: ["--log-level", "critical"])
    let admin = try token("admin")
    #expect(try upload(admin, to: server).hasPrefix("HTTP/1.1 200"))
    try limitFiles(of: server, to: "262144")
    var stored = 0
    var answer = try upload(admin, to: server, Self.noise(stored))
    while answer.hasPrefix("HTTP/1.1 200"), stored < 100 {
      stored += 1
      answer = try upload(admin, to: server, Self.noise(stored))
    }
    #expect(answer.hasPrefix("HTTP/1.1 507") && answer.contains("Retry-After: 30"))
    #expect(try server.get("/kb/Q179827").hasPrefix("HTTP/1.1 200"))
    #expect(try get("/api/v1/hosts", admin, from: server).contains(#""name":"PLC-07""#))

    try limitFiles(of: server, to: "unlimited")
    #expect(try upload(admin, to: server, Self.noise(stored)).hasPrefix("HTTP/1.1 200"))
    for number in 0...stored {
      let series = try get(
        "/api/v1/hosts/PLC-07/series.csv?process=P\(number)", admin, from: server)
      #expect(
        series.split(whereSeparator: \.isNewline).count { $0.contains(",P\(number),") } == 5_000)
    }
    #expect(server.end(SIGTERM) == 0)
  }

  @Test("tokens change with and without a server", .timeLimit(.minutes(10)))
  func tokens() throws {
    let early = try token("read")
    let server = try RunningServer(dataDir: folder.path)
    #expect(try get("/api/v1/fleet", early, from: server).hasPrefix("HTTP/1.1 200"))
    #expect(try upload(early, to: server).hasPrefix("HTTP/1.1 403"))
    let list = try run("token", "list")
    #expect(list.output.contains(early.prefix(6)) && !list.output.contains(early))
    #expect(try run("token", "revoke", "1").code == 0)
    #expect(try get("/api/v1/fleet", early, from: server).hasPrefix("HTTP/1.1 401"))
    #expect(try run("token", "revoke", "2").code == 64)
    #expect(server.end(SIGTERM) == 0)
    #expect(try run("token", "list").output.contains("test"))
    #expect(try run("token").code == 64)
    #expect(try run("token", "create", "--name", "x", "--scope", "all").code == 64)
  }

  @Test(
    "a number of days is read strictly", .timeLimit(.minutes(10)),
    arguments: ["5", "0d", "-1d", "99999999999999999999d", "36526d"])
  func days(text: String) throws {
    #expect(try run("serve", "--port", "0", "--retain=\(text)").code == 64)
  }

  @Test("a backup of a running server is a data directory", .timeLimit(.minutes(10)))
  func backup() throws {
    let server = try RunningServer(dataDir: folder.path)
    let admin = try token("admin")
    #expect(try upload(admin, to: server).hasPrefix("HTTP/1.1 200"))
    let other = try ScratchFolder()
    let file = other.url.appending(path: "fleet.sqlite").path
    let run = try run("backup", file)
    #expect(run.code == 0, "\(run.error)")
    #expect(run.output.contains("bytes, checked"))
    let restored = try RunningServer(dataDir: other.path)
    #expect(try get("/api/v1/hosts", admin, from: restored).contains(#""name":"PLC-07""#))
    #expect(try ProgramRun(["backup", file, "--data-dir", "\(folder.path)/none"]).code == 74)
  }
}
