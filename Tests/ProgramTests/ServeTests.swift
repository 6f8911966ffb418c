import Foundation
import Testing

/// `fixlevel serve` as a process of its own, ended with the test.
final class RunningServer {
  let process = Process()
  private(set) var port: UInt16 = 0
  private let log: ScratchFolder

  private struct NotStarted: Error { var log: String }

  init(dataDir: String, arguments: [String] = []) throws {
    log = try ScratchFolder()
    let output = log.url.appending(path: "out")
    try Data().write(to: output)
    process.executableURL = ProgramRun.program
    process.arguments =
      ["serve", "--port", "0", "--data-dir", dataDir, "--threads", "2"] + arguments
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("FIXLEVEL_") }
    // One handle, so that neither stream writes over the other.
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    try eventually {
      let isRunning = process.isRunning
      let text = try String(contentsOf: output, encoding: .utf8)
      guard
        let digits = text.split(separator: "127.0.0.1:").dropFirst().first?.prefix(
          while: \.isNumber), text.contains("\n"), let port = UInt16(digits)
      else {
        if isRunning { return false }
        throw NotStarted(log: text)
      }
      self.port = port
      return true
    }
  }

  /// A server whose streams are `output`, which may be stuck: nothing is read from it, so the port is chosen
  /// here. `redirection` is a shell's, such as `>&- 2>&-`.
  init(
    dataDir: String, arguments: [String] = [], output: FileHandle, redirection: String = ""
  ) throws {
    log = try ScratchFolder()
    port = try Self.freePort()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      [
        "-c", "exec \"$0\" \"$@\" \(redirection)", ProgramRun.program.path, "serve", "--port",
        "\(port)", "--data-dir", dataDir, "--threads", "2",
      ] + arguments
    process.environment = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("FIXLEVEL_") }
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try eventually {
      guard process.isRunning else { throw NotStarted(log: "nothing answers on port \(port)") }
      return (try? get("/healthz"))?.hasPrefix("HTTP/1.1 200") == true
    }
  }

  /// A port that nobody had a moment ago.
  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else { throw NotStarted(log: String(cString: strerror(errno))) }
    return UInt16(bigEndian: address.sin_port)
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// Sends bytes on a connection of its own and reads until the server closes it.
  func exchange(_ request: String) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw NotStarted(log: String(cString: strerror(errno))) }
    var rest = Array(request.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }

  func get(_ target: String) throws -> String {
    try exchange("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
  }

  /// What it has printed and logged so far.
  func output() throws -> String {
    try String(contentsOf: log.url.appending(path: "out"), encoding: .utf8)
  }

  /// Ends the server with a signal and says how it ended.
  func end(_ signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -signal
  }
}

@Suite("serve")
struct ServeTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("the main job works over a real socket", .timeLimit(.minutes(10)))
  func mainJob() throws {
    let server = try RunningServer(dataDir: folder.path)
    #expect(try server.get("/kb/Q179827").contains("Registry Handle Leak"))
    #expect(
      try server.get("/api/v1/articles/Q179827/fix?product=windows-nt-server-4.0&service_pack=SP3")
        .contains(#""verdict":"affected""#))
    let log =
      "timestamp,process,handles\n"
      + (0..<100).map { "\(1_000_000_000 + $0),EXTRA,\(10 + $0 * 3)\n" }.joined()
    let answer = try server.exchange(
      "POST /api/v1/diagnoses?product=windows-nt-server-4.0&service_pack=SP3 HTTP/1.1\r\n"
        + "Host: localhost\r\nConnection: close\r\nContent-Type: text/csv\r\n"
        + "Content-Length: \(log.utf8.count)\r\n\r\n\(log)")
    #expect(answer.contains(#""finding":"leaking""#))
    #expect(try server.get("/nothing").hasPrefix("HTTP/1.1 404"))
    #expect(server.end(SIGTERM) == 0)
  }

  @Test("a body over the limit is refused at its head", .timeLimit(.minutes(10)))
  func tooLarge() throws {
    let server = try RunningServer(dataDir: folder.path)
    let answer = try server.exchange(
      "POST /api/v1/diagnoses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 68157440\r\n"
        + "Expect: 100-continue\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 413"))
  }

  @Test("Ctrl-C and SIGTERM end it with 0", .timeLimit(.minutes(10)), arguments: [SIGINT, SIGTERM])
  func signals(signal: Int32) throws {
    #expect(try RunningServer(dataDir: folder.path).end(signal) == 0)
  }

  @Test(
    "a second server on the data directory is refused, the first unharmed", .timeLimit(.minutes(10))
  )
  func secondServer() throws {
    let server = try RunningServer(dataDir: folder.path)
    let second = try ProgramRun(["serve", "--port", "0", "--data-dir", folder.path])
    #expect(second.code == 74)
    #expect(second.error.contains("another fixlevel server"))
    #expect(second.error.split(separator: "\n").count == 1)
    #expect(try server.get("/healthz").contains("ok"))
  }

  @Test("a port in use is said in one line", .timeLimit(.minutes(10)))
  func portInUse() throws {
    let server = try RunningServer(dataDir: folder.path)
    let other = try ScratchFolder()
    let second = try ProgramRun(["serve", "--port", "\(server.port)", "--data-dir", other.path])
    #expect(second.code == 69)
    #expect(second.error.contains("--port") && second.error.split(separator: "\n").count == 1)
  }

  @Test("after kill -9 it starts again on the same data", .timeLimit(.minutes(10)))
  func kill9() throws {
    for _ in 0..<3 {
      let server = try RunningServer(dataDir: folder.path)
      #expect(try server.get("/kb/Q179827").contains("65,535"))
      #expect(server.end(SIGKILL) == -SIGKILL)
    }
  }
}
