import Testing

/// One input and what must become of it.
struct Vector: CustomTestStringConvertible, Sendable {
  var name: String
  var input: String
  var statuses: [Int]
  var isKept: Bool

  init(_ name: String, _ input: String, _ statuses: Int..., kept: Bool) {
    self.name = name
    self.input = input
    self.statuses = statuses
    self.isKept = kept
  }

  var testDescription: String { name }

  /// One octet per scalar, so that a vector can hold any octet.
  var bytes: [UInt8] { input.unicodeScalars.map { UInt8($0.value & 0xFF) } }
}

enum Vectors {
  static let host = "Host: h\r\n"
  static let all: [Vector] =
    good + requestLines + targets + fields + hosts + lengths + transferCodings + chunks
    + expectations + connections

  static func get(_ fields: String) -> String { "GET /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }

  static func post(_ fields: String, _ body: String) -> String {
    "POST /p HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(body)"
  }

  static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }

  static let good: [Vector] = [
    Vector("GET", get(""), 200, kept: true),
    Vector("HEAD without a body", "HEAD /empty HTTP/1.1\r\n\(host)\r\n", 204, kept: true),
    Vector("DELETE", "DELETE /a HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("PATCH", "PATCH /a HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("TRACE", "TRACE /a HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("QUERY", "QUERY /a HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("OPTIONS *", "OPTIONS * HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("PUT", "PUT /a HTTP/1.1\r\n\(host)Content-Length: 2\r\n\r\nhi", 200, kept: true),
    Vector("absolute form", "GET http://h/a HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("absolute form, https", "GET HTTPS://h:1/a HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("absolute form without path", "GET http://h HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("absolute form, query", "GET http://h?q HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("one empty line before", "\r\n" + get(""), 200, kept: true),
    Vector("minor version above 1", "GET / HTTP/1.2\r\n\(host)\r\n", 200, kept: true),
    Vector("prepared", "GET /page HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("work", "GET /work HTTP/1.1\r\n\(host)\r\n", 200, kept: true),
    Vector("204", "GET /empty HTTP/1.1\r\n\(host)\r\n", 204, kept: true),
    Vector("obs-text in a value", get("X: \u{E9}\u{FF}\r\n"), 200, kept: true),
    Vector("tab in a value", get("X: a\tb\r\n"), 200, kept: true),
    Vector("empty value", get("X:\r\n"), 200, kept: true),
    Vector("white space around a value", get("X: \t a \t \r\n"), 200, kept: true),
    Vector("every token character", get("!#$%&'*+-.^_`|~09azAZ: v\r\n"), 200, kept: true),
    Vector("no space after the colon", get("X:v\r\n"), 200, kept: true),
    Vector("GET with a body", get("Content-Length: 3\r\n") + "abc", 200, kept: true),
    Vector(
      "work with a body", "GET /work HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
      200, kept: true),
    Vector(
      "GET with a chunked body",
      get("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n", 200, kept: true),
    Vector("two requests", get("") + get(""), 200, 200, kept: true),
    Vector("100 fields", get((0..<99).map { "X\($0): v\r\n" }.joined()), 200, kept: true),
    Vector(
      "raw octets that browsers send", "GET /[a]|{b}^` HTTP/1.1\r\n\(host)\r\n", 200,
      kept: true),
  ]

  static let requestLines: [Vector] = [
    Vector("lower-case method", "get / HTTP/1.1\r\n\(host)\r\n", 501, kept: false),
    Vector("unknown method", "FROB / HTTP/1.1\r\n\(host)\r\n", 501, kept: false),
    Vector("long method", "GETGETGETGETGETGET / HTTP/1.1\r\n\(host)\r\n", 501, kept: false),
    Vector("CONNECT", "CONNECT h:443 HTTP/1.1\r\n\(host)\r\n", 501, kept: false),
    Vector("two spaces before the target", "GET  / HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("two spaces before the version", "GET /  HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("space before the method", " GET / HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("space at the end", "GET / HTTP/1.1 \r\n\(host)\r\n", 400, kept: false),
    Vector("tab", "GET\t/ HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("tab before the version", "GET /\tHTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("missing version", "GET /\r\n\(host)\r\n", 400, kept: false),
    Vector("missing target", "GET HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("method alone", "GET\r\n\(host)\r\n", 400, kept: false),
    Vector("bad character in the method", "G(T / HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/9.9", "GET / HTTP/9.9\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/0.9", "GET / HTTP/0.9\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/1.1x", "GET / HTTP/1.1x\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/1.10", "GET / HTTP/1.10\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/1", "GET / HTTP/1\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/1,1", "GET / HTTP/1,1\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/a.b", "GET / HTTP/a.b\r\n\(host)\r\n", 400, kept: false),
    Vector("http/1.1", "GET / http/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("HTTP/2.0", "GET / HTTP/2.0\r\n\(host)\r\n", 505, kept: false),
    Vector("HTTP/3.0", "GET / HTTP/3.0\r\n\(host)\r\n", 505, kept: false),
    Vector("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, kept: false),
    Vector("bare LF", "GET / HTTP/1.1\nHost: h\n\n", 400, kept: false),
    Vector("bare CR", "GET / HTTP/1.1\rHost: h\r\n\r\n", 400, kept: false),
    Vector("CR CR LF", "GET / HTTP/1.1\r\r\n\(host)\r\n", 400, kept: false),
    Vector("LF first", "\n" + get(""), 400, kept: false),
    Vector("two empty lines before", "\r\n\r\n" + get(""), 400, kept: false),
    Vector("a thousand empty lines", String(repeating: "\r\n", count: 1_000), 400, kept: false),
    Vector("NUL in the method", "G\0T / HTTP/1.1\r\n\(host)\r\n", 400, kept: false),
    Vector("TLS hello", "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}", 400, kept: false),
    Vector("random octets", "\u{8F}\u{01}\u{FE}abc", 400, kept: false),
    Vector(
      "octet above 0x7F in the method", "G\u{C9}T / HTTP/1.1\r\n\(host)\r\n", 400,
      kept: false),
    Vector("method of 9 KiB", String(repeating: "A", count: 9_000), 414, kept: false),
  ]

  static let targets: [Vector] =
    [
      ("backslash", "/a\\b"), ("fragment", "/a#b"), ("NUL", "/\0"), ("control", "/\u{01}"),
      ("delete", "/\u{7F}"), ("octet above 0x7F", "/\u{E9}"), ("quotation mark", "/\""),
      ("angle bracket", "/<a>"), ("no slash", "a"), ("asterisk", "*"), ("two asterisks", "**"),
      ("other scheme", "ftp://h/"), ("no authority", "http:///a"), ("empty scheme", "://h/"),
      ("user information", "http://u@h/"), ("bad port", "http://h:99999/"),
      ("backslash in the query", "/?a\\b"), ("octet above 0x7F in the query", "/?\u{FF}"),
      ("unclosed bracket", "http://[::1/"), ("scheme alone", "http://"),
    ].map { Vector("target: \($0.0)", "GET \($0.1) HTTP/1.1\r\n\(host)\r\n", 400, kept: false) }
    + [
      "/../a", "/a/..", "/a/./b", "/.", "/%2e%2e/", "/%2E./", "/.%2e", "/%2f", "/a%2Fb", "/%00",
      "/%0d%0a", "/%7f", "/%c0%af", "/%e0%80%af", "/%ff", "/%ed%a0%80", "/%zz", "/%", "/%2",
      "/%f8%88%80%80%80", "/?a=%zz", "/?%", "/?a=%00", "/?a=%c0%80", "/%u0041",
      "/?" + String(repeating: "a&", count: 1_001),
    ].map { target in
      Vector(
        "coding: \(target.prefix(20))", "GET \(target) HTTP/1.1\r\n\(host)\r\n", 400,
        kept: true)
    }
    + [
      "/", "//", "/a//b", "/a/", "/...", "/.a", "/a..b", "/%41", "/caf%C3%A9", "/a%20b",
      "/a+b", "/a?", "/a??", "/a?b?c", "/?a&b&&c=&=d", "/?a=1&a=2", "/?a=%0d%0a", "/a:b@c;d=e,f",
      "/?" + String(repeating: "a&", count: 1_000),
    ].map { target in
      Vector(
        "target: \(target.prefix(20))", "GET \(target) HTTP/1.1\r\n\(host)\r\n", 200,
        kept: true)
    }
    + [
      Vector(
        "request line of 8 KiB",
        "GET /\(String(repeating: "a", count: 8_192 - 14)) HTTP/1.1"
          + "\r\n\(host)\r\n", 200, kept: true),
      Vector(
        "one octet more",
        "GET /\(String(repeating: "a", count: 8_192 - 13)) HTTP/1.1"
          + "\r\n\(host)\r\n", 414, kept: false),
      Vector("endless target", "GET /\(String(repeating: "a", count: 20_000))", 414, kept: false),
    ]
}
