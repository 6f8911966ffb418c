import Foundation
import Testing

@Suite("serve with the fleet in a metrics engine")
struct ClusterServeTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private var tokenFile: String { folder.url.appending(path: "tokens").path }

  @Test(
    "without an engine it lives, isn't ready, and acknowledges nothing", .timeLimit(.minutes(10)))
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
    try eventually { try upload().hasPrefix("HTTP/1.1 401") }
    #expect(server.end(SIGTERM) == 0)
  }

  /// Listens and never answers.
  private final class Silence {
    let port: UInt16
    private let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    init() throws {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let listener = listener
      let isOpen = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(listener, $0, length) == 0 && listen(listener, 16) == 0
            && getsockname(listener, $0, &length) == 0
        }
      }
      try #require(isOpen)
      port = UInt16(bigEndian: address.sin_port)
    }

    /// Waits for a client and lets it wait.
    func connect() { _ = accept(listener, nil, nil) }

    deinit { close(listener) }
  }

  @Test("SIGTERM doesn't wait for an engine that doesn't answer", .timeLimit(.minutes(10)))
  func silentEngine() throws {
    let run = try ProgramRun([
      "token", "create", "--name", "test", "--scope", "read", "--token-file", tokenFile,
    ])
    #expect(run.code == 0, "\(run.error)")
    let engine = try Silence()
    let server = try RunningServer(
      dataDir: folder.path,
      arguments: [
        "--fleet-store", "prometheus", "--series-url", "http://127.0.0.1:\(engine.port)",
        "--token-file", tokenFile, "--series-seconds", "3600",
      ])
    // The first scan has come: waiting for its answer would take an hour.
    engine.connect()
    #expect(server.end(SIGTERM) == 0)
    withExtendedLifetime(engine) {}
  }

  /// Counts how often a file is opened, whatever it is called by then.
  private final class Opens {
    private let descriptor = inotify_init1(Int32(IN_NONBLOCK))
    private var seen = 0

    init(of path: String) throws {
      try #require(inotify_add_watch(descriptor, path, UInt32(IN_OPEN)) >= 0)
    }

    func count() -> Int {
      // An event of a file that is watched itself has no name behind it.
      var events = [inotify_event](repeating: inotify_event(), count: 64)
      let size = MemoryLayout<inotify_event>.stride
      while true {
        let bytes = read(descriptor, &events, events.count * size)
        guard bytes > 0 else { return seen }
        seen += bytes / size
      }
    }

    deinit { close(descriptor) }
  }

  @Test("a token file that couldn't be read once is read again", .timeLimit(.minutes(10)))
  func unreadableOnce() throws {
    let run = try ProgramRun([
      "token", "create", "--name", "test", "--scope", "read", "--token-file", tokenFile,
    ])
    let token = run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let server = try RunningServer(
      dataDir: folder.path,
      arguments: [
        "--fleet-store", "prometheus", "--series-url", "http://127.0.0.1:1", "--token-file",
        tokenFile,
      ])
    func status() throws -> String {
      try server.exchange(
        "GET /api/v1/hosts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + "Authorization: Bearer \(token)\r\n\r\n")
    }
    #expect(try status().hasPrefix("HTTP/1.1 503"))
    // The file with the revocation, damaged: of the same version before and after.
    let other = folder.url.appending(path: "other").path
    try FileManager.default.copyItem(atPath: tokenFile, toPath: other)
    #expect(try ProgramRun(["token", "revoke", "1", "--token-file", other]).code == 0)
    let good = try Data(contentsOf: URL(filePath: other))
    let file = open(other, O_WRONLY)
    defer { close(file) }
    func write(_ byte: UInt8) {
      var byte = byte
      pwrite(file, &byte, 1, 0)
      let time = timespec(tv_sec: 1_700_000_000, tv_nsec: 0)
      futimens(file, [time, time])
    }
    write(UInt8(ascii: "x"))
    let opens = try Opens(of: other)
    rename(other, tokenFile)
    let failed = "the token file can't be read"
    try eventually { try server.output().contains(failed) }
    // Some more attempts, which nothing tells of.
    let told = opens.count()
    try eventually { opens.count() >= told + 2 }
    #expect(try server.output().components(separatedBy: failed).count == 2, "told once")
    #expect(try status().hasPrefix("HTTP/1.1 503"), "the old tokens are valid meanwhile")
    write(try #require(good.first))
    try eventually { try status().hasPrefix("HTTP/1.1 401") }
  }

  @Test(
    "what an engine needs is asked for, and read strictly", .timeLimit(.minutes(10)),
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
