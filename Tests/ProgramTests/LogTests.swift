import Foundation
import Logging
import Testing

@testable import fixlevel

@Suite("The log")
struct LogTests {
  private static func line(_ value: String) -> LogLine {
    LogLine(
      time: Date(timeIntervalSince1970: 0.25), level: .info, message: "request",
      fields: [("path", value), ("status", "200")])
  }

  @Test("a line says when, how bad, what and its fields")
  func forms() {
    #expect(
      Self.line("/kb/Q179827").text(.text)
        == "time=1970-01-01T00:00:00.250Z level=info msg=request path=/kb/Q179827 status=200\n")
    #expect(
      Self.line("a \"b\"").text(.json)
        == #"{"time":"1970-01-01T00:00:00.250Z","level":"info","msg":"request","#
        + #""path":"a \"b\"","status":"200"}"# + "\n")
  }

  @Test(
    "no text from outside ends a line, a field or a quotation, or commands a terminal",
    arguments: [
      "a\nlevel=error msg=forged", "a\r\nb", "a\" status=500 x=\"", "a\\", "\\\" x", "\u{1B}[2J",
      "\u{7F}\u{0}\u{8}", "\u{9B}31m", "\u{202E}txt.exe", "\u{2028}", "a=b", "", " ", "😀\u{FEFF}",
      String(repeating: "x", count: 100_000),
    ])
  func hostile(value: String) throws {
    for format in LineLogHandler.Format.allCases {
      let text = Self.line(value).text(format)
      #expect(text.hasSuffix("\n") && text.dropLast().allSatisfy { " "..."~" ~= $0 })
      #expect(text.utf8.count < 6 * LogLine.fieldLengthMax + 200)
    }
    let json = Self.line(value).text(.json)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
    #expect(object["status"] == "200")
    #expect(
      object["path"]
        == String(String.UnicodeScalarView(value.unicodeScalars.prefix(LogLine.fieldLengthMax))))
    // As a reader of logfmt takes it apart: the field's text is one word.
    let word = Self.line(value).text(.text).split(separator: " path=", maxSplits: 1)[1]
    if word.hasPrefix("\"") {
      let inner = word.dropFirst()
      var end = inner.startIndex
      while inner[end] != "\"" { end = inner.index(end, offsetBy: inner[end] == "\\" ? 2 : 1) }
      #expect(inner[end...] == "\" status=200\n")
    } else {
      #expect(word.split(separator: " ").count == 2)
    }
  }

  @Test(
    "a server's lines about requests hold neither secrets nor raw bytes", .timeLimit(.minutes(10)))
  func requests() throws {
    let folder = try ScratchFolder()
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--access-log", "--log-format", "json"])
    let token = "fxl_" + String(repeating: "A", count: 49)
    _ = try server.exchange(
      "GET /api/v1/hosts/\(token)?q=\(token) HTTP/1.1\r\nHost: \"\u{1B}[2J\r\n\r\n")
    _ = try server.exchange(
      "GET /kb/%1B%5B2J?\(token) HTTP/1.1\r\nHost: evil\r\nAuthorization: Bearer \(token)\r\n"
        + "X-Request-Id: a;b\r\nUser-Agent: \(token)\r\nConnection: close\r\n\r\n")
    _ = try server.exchange(
      "GET /api/v1/hosts/\(token) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\n"
        + "X-Request-Id: abc\r\nConnection: close\r\n\r\n")
    #expect(server.end(SIGTERM) == 0)
    let log = try server.output()
    #expect(!log.contains(String(repeating: "A", count: 10)))
    let lines = log.split(separator: "\n").dropFirst()
    for line in lines {
      #expect(line.allSatisfy { " "..."~" ~= $0 })
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
      #expect(object?["time"] != nil)
    }
    #expect(lines.contains { $0.contains(#""path":"/kb/%1B%5B2J""#) })
    #expect(lines.contains { $0.contains(#""request_id":"abc""#) && $0.contains("401") })
    #expect(lines.last?.contains("draining") == true)
  }

  @Test("what the server refuses before a route sees it has its line", .timeLimit(.minutes(10)))
  func refusals() throws {
    let folder = try ScratchFolder()
    let server = try RunningServer(
      dataDir: folder.path, arguments: ["--access-log", "--log-format", "json"])
    var names: [Int: String] = [:]
    for (status, request) in [
      (400, "GET / HTTP/1.1\r\nHost: h\r\nraw bytes: v\r\n\r\n"),
      (414, "GET /\(String(repeating: "raw", count: 4_000)) HTTP/1.1\r\nHost: h\r\n\r\n"),
      (431, "GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "raw: v\r\n", count: 101))\r\n"),
      (501, "raw / HTTP/1.1\r\nHost: h\r\n\r\n"), (505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
    ] {
      let answer = try server.exchange(request)
      #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
      names[status] = answer.split(separator: "X-Request-Id: ").dropFirst().first
        .map { String($0.prefix(16)) }
    }
    #expect(server.end(SIGTERM) == 0)
    let log = try server.output().split(separator: "\n")
    for (status, name) in names {
      let line = try #require(log.first { $0.contains(#""status":"\#(status)""#) })
      #expect(line.contains(#""msg":"request refused""#) && line.contains(#""client":"127.0.0.1""#))
      #expect(line.contains(#""request_id":"\#(name)""#) && !line.contains("raw"))
    }
    #expect(names.count == 5)
  }
}
