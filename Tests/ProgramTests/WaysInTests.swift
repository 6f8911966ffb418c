import Foundation
import Testing
import UseCases
import Web

@Suite("Every way in gives the same answer")
struct WaysInTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private static func stamp(_ index: Int) -> String {
    let (hour, minute) = (index / 12 % 24, index % 12 * 5)
    let digits = { (number: Int) in (number < 10 ? "0" : "") + "\(number)" }
    return "1999-03-\(digits(1 + index / 288))T\(digits(hour)):\(digits(minute)):00"
  }

  /// A first line of more than 2 MiB, and what matters in its first and in its last column.
  private static let longHeader: String = {
    let others = (1...31_000).map {
      #","\\SRV\Process(svchost#\#($0))\Working Set - Private Bytes!!""#
    }
    let head =
      #""(PDH-CSV 4.0) (Eastern Standard Time)(300)","\\SRV\Process(steady)\Handle Count""#
      + others.joined() + #","\\SRV\Process(leaker)\Handle Count""#
    let gap = String(repeating: ",", count: 31_001)
    let rows = (0..<60).map { index in
      "\"03/25/1999 \(10 + index / 12):\(10 + index % 12 * 4):00.000\",300\(gap)\(800 + 30 * index)"
    }
    return ([head] + rows).joined(separator: "\r\n") + "\r\n"
  }()

  private static let oneLine: String = {
    let samples = (0..<8_600).map { #"["\#(stamp($0))Z",\#(812 + $0)]"# }
    return
      #"{"host":{"name":"H"},"series":[{"process":"P","samples":[\#(samples.joined(separator: ","))]}]}"#
  }()

  /// Name, log, and a part of its answer.
  private static let logs: [(name: String, text: String, part: String)] = [
    ("a header of 2 MiB", longHeader, #""process":"leaker""#),
    ("JSON on one line", oneLine, #""last":9411"#),
    (
      "NDJSON",
      (0..<300).map {
        #"{"host":"H","process":"P","pid":7,"at":"\#(stamp($0))Z","handles":\#(500 + $0 * 9)}"#
          + "\n"
      }.joined(), #""last":3191"#
    ),
    (
      "CSV without a line feed at its end",
      "time,host,process,handles"
        + (0..<300).map { "\n\(stamp($0))Z,H,P,\(500 + $0 * 9)" }.joined(),
      #""last":3191"#
    ),
    (
      "a log with day-first dates",
      "(PDH-CSV 4.0) (X)(0);\\\\H\\Process(P)\\Handle Count\n"
        + (8...13).flatMap { day in
          (10..<24).map { "\(day)/03/1999 \($0):00;\(day * 100 + $0)\n" }
        }.joined(), #""from":"1999-03-08T10:00:00Z""#
    ),
    (
      "descriptors",
      (0..<300).map {
        let time = 1_700_000_000_000 + $0 * 300_000
        return "process_open_fds{job=\"j\",instance=\"h\"} \(100 + $0) \(time)\n"
          + "process_max_fds{job=\"j\",instance=\"h\"} 1024 \(time)\n"
      }.joined(), #""last":399"#
    ),
  ]

  /// The answer depends on when it is made.
  private static let moment = "2026-01-01T00:00:00Z"

  @Test("file, redirection, pipe, HTTP, form and fleet", arguments: logs.indices)
  func waysIn(index: Int) throws {
    let (name, text, part) = Self.logs[index]
    let file = folder.url.appending(path: "log")
    try Data(text.utf8).write(to: file)
    let environment = ["FIXLEVEL_DATA_DIR": folder.path]
    let fromFile = try ProgramRun(
      ["diagnose", file.path, "--json", "--as-of", Self.moment], environment: environment)
    #expect(
      fromFile.output.contains(part), "\(name): \(fromFile.output.prefix(300)) \(fromFile.error)")
    let answer = fromFile.output.trimmingCharacters(in: .newlines)

    let redirected = try ProgramRun(
      ["diagnose", "-", "--json", "--as-of", Self.moment], environment: environment, input: text)
    #expect(redirected.output == fromFile.output, "\(name)")
    #expect(try piped(file) == fromFile.output, "\(name)")

    let server = try RunningServer(dataDir: folder.path)
    let response = try server.exchange(Self.post("/api/v1/diagnoses?as_of=\(Self.moment)", text))
    #expect(Self.body(of: response) == answer, "\(name): \(response.prefix(500))")

    let form = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\(text)\r\n--b--\r\n"
    let page = try server.exchange(
      Self.post("/diagnose", form, fields: "Content-Type: multipart/form-data; boundary=b\r\n"))
    #expect(page.hasPrefix("HTTP/1.1 200"), "\(name): \(page.prefix(500))")

    let token = try ProgramRun(
      ["token", "create", "--name", "t", "--scope", "upload"], environment: environment
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
    let receipt = try server.exchange(
      Self.post("/api/v1/telemetry?host=H", text, fields: "Authorization: Bearer \(token)\r\n"))
    let samples = answer.split(separator: #""samples":"#).dropFirst()
      .compactMap { Int($0.prefix(while: \.isNumber)) }.reduce(0, +)
    #expect(
      receipt.contains(#""accepted_samples":\#(samples),"#), "\(name): \(receipt.suffix(500))")
    #expect(server.end(SIGTERM) == 0)
  }

  private func piped(_ file: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", #"cat "$1" | "$0" diagnose - --json --as-of "$2""#, ProgramRun.program.path, file.path,
      Self.moment,
    ]
    process.environment = ["FIXLEVEL_DATA_DIR": folder.path]
    let place = folder.url.appending(path: "piped")
    try Data().write(to: place)
    process.standardOutput = try FileHandle(forWritingTo: place)
    try process.run()
    process.waitUntilExit()
    return try String(contentsOf: place, encoding: .utf8)
  }

  private static func post(_ target: String, _ body: String, fields: String = "") -> String {
    "POST \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(fields)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func body(of response: String) -> String {
    guard let head = response.range(of: "\r\n\r\n") else { return "" }
    return response[head.upperBound...].trimmingCharacters(in: .newlines)
  }
}
