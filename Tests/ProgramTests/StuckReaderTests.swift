import Foundation
import Logging
import Meters
import Synchronization
import Testing

@testable import HTTPWire
@testable import fixlevel

@Suite("A log that nobody reads")
struct StuckReaderTests {
  /// A pipe that has no room left.
  private static func fullPipe() throws -> Pipe {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    let dots = [UInt8](repeating: UInt8(ascii: "."), count: 65_536)
    while write(descriptor, dots, dots.count) > 0 {}
    while write(descriptor, dots, 1) > 0 {}
    // The flag belongs to the pipe's end and not to the descriptor: the server would have it too.
    _ = fcntl(descriptor, F_SETFL, flags)
    return pipe
  }

  /// What is in the pipe, at least one byte; empty at its end.
  private static func read(_ pipe: Pipe) -> String {
    var bytes = [UInt8](repeating: 0, count: 1 << 17)
    let count = Foundation.read(pipe.fileHandleForReading.fileDescriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// The value of a metric that has no labels.
  private static func dropped(_ server: RunningServer) throws -> Int {
    let name = "fixlevel_log_dropped_lines_total "
    let line = try server.get("/metrics").split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { Int($0.dropFirst(name.count)) } ?? -1
  }

  /// More requests than lines can wait, in pipelines; each must be answered.
  private static func ask(_ server: RunningServer) throws {
    let one = "HEAD /kb/Q179827.txt HTTP/1.1\r\nHost: h\r\n\r\n"
    let last = "HEAD /kb/Q179827.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    for _ in 0..<12 {
      let answer = try server.exchange(String(repeating: one, count: 999) + last)
      #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 1_001)
    }
  }

  @Test(
    "streams that are full don't stop the server, and the log says what it lost",
    .timeLimit(.minutes(10)))
  func full() throws {
    let (folder, pipe) = (try ScratchFolder(), try Self.fullPipe())
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--access-log"], output: pipe.fileHandleForWriting)
    try Self.ask(server)
    let dropped = try Self.dropped(server)
    #expect(dropped > 1_000)
    // The reader comes back.
    try pipe.fileHandleForWriting.close()
    let log = Mutex("")
    let reading = Thread {
      while true {
        let text = Self.read(pipe)
        if text.isEmpty { return }
        log.withLock { $0 += text }
      }
    }
    reading.start()
    // The question for the metric was dropped too, after it was answered.
    let said = "level=warning msg=\"lines of the log were dropped\" lines=\(dropped + 1)"
    try eventually { log.withLock { $0.contains(said) } }
    #expect(log.withLock { $0.components(separatedBy: "msg=request ").count } > LogQueue.linesMax)
    #expect(server.end(SIGTERM) == 0)
  }

  @Test("a reader that never comes back doesn't keep it from ending", .timeLimit(.minutes(10)))
  func never() throws {
    let (folder, pipe) = (try ScratchFolder(), try Self.fullPipe())
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--access-log"], output: pipe.fileHandleForWriting)
    #expect(try server.get("/kb/Q179827").hasPrefix("HTTP/1.1 200"))
    #expect(server.end(SIGTERM) == 0)
  }

  @Test(
    "streams that are closed, without a reader or on a full disk don't either",
    .timeLimit(.minutes(10)),
    arguments: [">&- 2>&-", "", ">/dev/full 2>&1"])
  func broken(redirection: String) throws {
    let (folder, pipe) = (try ScratchFolder(), Pipe())
    try pipe.fileHandleForReading.close()
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--access-log"], output: pipe.fileHandleForWriting,
      redirection: redirection)
    try Self.ask(server)
    // What was closed is /dev/null by then, which takes everything.
    if redirection != ">&- 2>&-" { try eventually { try Self.dropped(server) >= 12_000 } }
    #expect(server.end(SIGTERM) == 0)
  }

  @Test("a line about the server itself finds room where those about requests find none")
  func reserve() throws {
    let pipe = try Self.fullPipe()
    let queue = try LogQueue(format: .text, to: pipe.fileHandleForWriting.fileDescriptor)
    let line = LogLine(time: .now, level: .error, message: "m", fields: [])
    let refused = RefusedRequest(client: .unknown, id: .none, status: 400, reason: "r")
    // The writer takes the first one and is stuck with it; then the queue fills.
    queue.append(.line(line))
    try eventually { queue.waiting == 0 }
    for _ in 0..<LogQueue.linesMax + 10 { queue.refused(refused) }
    #expect(queue.dropped.value == 10)
    for _ in 0..<LogQueue.reserve { queue.append(.line(line)) }
    #expect(queue.dropped.value == 10)
    queue.append(.line(line))
    #expect(queue.dropped.value == 11)
    queue.end()
    queue.append(.line(line))
    #expect(queue.dropped.value == 12)
    // Its thread goes on and ends with what it has to say of those that were dropped. Without that read
    // it would write on when the pipe is closed and its number is another file's.
    var lines = 0
    while lines < 1 + LogQueue.linesMax + LogQueue.reserve + 1 {
      lines += Self.read(pipe).utf8.count { $0 == UInt8(ascii: "\n") }
    }
  }

  @Test("lines have left when flush and end return")
  func flush() throws {
    let pipe = Pipe()
    let queue = try LogQueue(format: .text, to: pipe.fileHandleForWriting.fileDescriptor)
    let line = LogLine(time: Date(timeIntervalSince1970: 0), level: .info, message: "m", fields: [])
    let text = line.text(.text)
    queue.append(.line(line))
    queue.flush()
    #expect(Self.read(pipe) == text)
    queue.append(.line(line))
    queue.append(.line(line))
    queue.end()
    var rest = ""
    while rest.utf8.count < 2 * text.utf8.count { rest += Self.read(pipe) }
    #expect(rest == text + text)
  }
}
